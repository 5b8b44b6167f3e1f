"""Changes of docs/changes.md with traffic: what remains answers every request during the apply."""

import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from privatelink.constructs.backends import user_data
from privatelink.terraform.environment import terraform_environment
from tests.support.changes import GONE, Edit, edited
from tests.support.changes_run import Workspace
from tests.support.changes_world import A, C
from tests.support.dataplane_fixtures import Lab, Machine, eventually, needs_data_plane
from tests.support.kept_provider import attached_sandbox
from tests.support.left import left
from tests.support.sandbox_fixtures import HomeAccount

pytestmark = [pytest.mark.terraform, pytest.mark.changes, needs_data_plane]

REGION = "ap-northeast-2"
FEWEST, AT_ONCE = 10, 20
CONSUMER = {
    "network": {"cidr": "10.20.0.0/16", "zones": [A, C]},
    "service": "web",
    "probe": True,
    "endpoint": {"names": ["one.shop.internal", "other.shop.internal"]},
    "endpoints": {"more": {"service": "web"}},
    "hosted_zone": {"name": "shop.internal"},
}
# What is removed or changed in each step; zone A, port 80 and the name one.shop.internal remain.
STEPS: Mapping[str, Edit] = {
    "a consumer's zone removed": {"consumers.one.network.zones": [A]},
    "subnets with other CIDRs": {"consumers.three.network.zones": {A: "10.40.91.0/24", C: "10.40.92.0/24"}},
    "a listener removed": {"services.web.listeners.1": GONE},
    "a principal removed": {"services.web.allowed_principals.0": GONE},
    "a target removed": {"services.web.targets.instances.third": GONE},
    "an endpoint removed": {"consumers.one.endpoints": GONE},
    "a name removed": {"consumers.one.endpoint.names.1": GONE},
}


def topology(
    vpc_id: str, subnets: Mapping[str, str], group: str, targets: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "name": "traffic",
        "services": {
            "web": {
                "region": REGION,
                "network": {"vpc_id": vpc_id, "subnet_ids": dict(subnets)},
                "targets": {"instances": dict(targets), "security_group_id": group},
                "load_balancer": {"cross_zone": True},
                "listeners": [{"port": 80}, {"port": 81, "target_port": 80}],
                "allowed_principals": ["111122223333", "222233334444"],
                "acceptance": "automatic",
            }
        },
        "consumers": {
            "one": CONSUMER,
            "two": {"network": {"cidr": "10.30.0.0/16", "zones": [A]}, "service": "web", "probe": True},
            "three": {"network": {"cidr": "10.40.0.0/16", "zones": [A, C]}, "service": "web"},
        },
    }


class Client:
    """A client that keeps asking, in an instance of a consumer."""

    def __init__(self, machine: Machine, name: str) -> None:
        self._machine, self._name = machine, name

    def asks_once(self) -> bool:
        """Say whether one request is answered."""
        return not self._machine.curl(self._name).startswith("curl")

    @contextmanager
    def asking(self) -> Iterator[list[str]]:
        """Ask until the end of the block; then the list has the answer to each request."""
        answers: list[str] = []
        ask = f"curl -s -m 2 http://{self._name}/ || echo lost: $?"
        script = f"for i in $(seq {AT_ONCE}); do {ask}; sleep 0.1; done"
        ended = threading.Event()

        def keep_asking() -> None:
            while not ended.is_set():
                answers.extend(self._machine.run(script).splitlines())

        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(keep_asking)
            try:
                yield answers
            finally:
                ended.set()
            asked.result()


def test_no_request_is_lost_while_something_else_is_removed(tmp_path: Path):
    with attached_sandbox(data_plane=True) as sandbox:
        account = HomeAccount(sandbox, "", REGION)
        lab = Lab(account)
        vpc = account.vpc("10.10.0.0/16")
        group = lab.group(vpc)
        targets = {
            key: lab.instance(vpc, zone, [group], script=user_data(key, 80)).id
            for key, zone in {"first": "a", "second": "c", "third": "a"}.items()
        }
        existed = sorted(left(account))
        subnets = {A: vpc.subnets["a"], C: vpc.subnets["c"]}
        changed = topology(vpc.id, subnets, group, targets)
        environment = terraform_environment(tmp_path, sandbox.client_environment)
        workspace = Workspace(tmp_path, changed["name"], environment)
        workspace.generate(changed)
        workspace.apply()
        one, two = clients(workspace, lab)
        assert eventually(lambda: one.asks_once() and two.asks_once(), 120)

        lost: dict[str, dict[str, int]] = {}
        unclean_steps: dict[str, list[str]] = {}
        for step, edit in STEPS.items():
            changed = edited(changed, "", edit)
            workspace.generate(changed)
            with one.asking() as by_one, two.asking() as by_two:
                workspace.apply()
            if unclean := workspace.changed():
                unclean_steps[step] = unclean
            lost[step] = {"one": missing(by_one), "two": missing(by_two)}
        with one.asking() as by_one, two.asking() as by_two:
            workspace.destroy("traffic-consumer-three")
        changed = edited(changed, "", {"consumers.three": GONE})
        workspace.generate(changed)
        assert workspace.changed() == []
        lost["a consumer removed"] = {"one": missing(by_one), "two": missing(by_two)}
        workspace.destroy()

        assert unclean_steps == {}
        assert lost == {step: dict.fromkeys(by, 0) for step, by in lost.items()}
        assert sorted(left(account)) == existed


def clients(workspace: Workspace, lab: Lab) -> Iterator[Client]:
    """The clients in both consumers: by the names that remain."""
    outputs = {stack.consumer: stack.outputs for stack in workspace.stacks() if stack.consumer}
    names = {"one": "one.shop.internal", "two": outputs["two"]["endpoint_dns_names"]["regional"]}
    for key, name in names.items():
        machine = Machine(lab, outputs[key]["probe_instance_id"], "")
        yield Client(machine, name)


def missing(answers: list[str]) -> int:
    """The requests without an answer; there must have been some requests."""
    assert len(answers) > FEWEST
    return sum(answer.startswith("lost") for answer in answers)
