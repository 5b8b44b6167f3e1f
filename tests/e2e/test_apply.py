"""Real Terraform, real provider, local AWS: apply, plan again, change, destroy, nothing left."""

import copy
import io
from pathlib import Path

import pytest
import yaml
from rich.console import Console

from privatelink.demo.synthesis import synthesize, synthesize_shown
from privatelink.demo.walkthrough import Walkthrough
from privatelink.terraform.plan import Summary
from privatelink.terraform.stacks import read_stacks
from privatelink.verify.check import first_broken
from privatelink.verify.consumer import verify_consumer
from tests.support.examples import APPLIED, SHOWN
from tests.support.kept_provider import attached_sandbox
from tests.support.left import left
from tests.support.synth import WALKTHROUGH

pytestmark = pytest.mark.terraform

PACKETS = {"W11", "W12"}
# The load balancer of the second admits some addresses only, among which the probes' are by chance.
PUBLIC = {"topology": {"W4", "W5"}, "three-by-three": {"W4"}}
SHOWN_WITH_PACKETS = {name: steps | PACKETS | PUBLIC.get(name, set()) for name, steps in SHOWN.items()}
# As where there can be none.
WITHOUT_PACKETS = {"automatic", "provider-only"}
# Shown with its state in a bucket.
IN_S3 = "internal"


@pytest.mark.parametrize(
    "topology",
    [
        pytest.param(path, marks=pytest.mark.xdist_group(f"apply-{path.stem}"), id=path.stem)
        for path in APPLIED
    ],
)
def test_apply_then_no_changes_then_destroy_leaves_nothing(topology: Path, tmp_path: Path):
    said = io.StringIO()
    if topology.stem == IN_S3:
        backend = {"s3": {"bucket": "states-of-demos", "region": "us-east-1"}}
        moved = tmp_path / topology.name
        moved.write_text(yaml.safe_dump(yaml.safe_load(topology.read_text()) | {"backend": backend}))
        topology = moved
    data_plane = False if topology.stem in WITHOUT_PACKETS else None
    with attached_sandbox(data_plane=data_plane) as sandbox:
        console = Console(file=said, width=200)
        synthesize_shown(topology, tmp_path, console)
        walkthrough = Walkthrough(tmp_path, sandbox, console)

        walkthrough.run()  # raises when a second plan has changes

        assert walkthrough.report.failed == [], said.getvalue()
        shown = {step.id for step in walkthrough.report.steps if step.outcome == "holds"}
        wanted = SHOWN if sandbox.data_plane_missing else SHOWN_WITH_PACKETS
        assert shown - wanted[topology.stem] <= {"W5"}
        assert shown >= wanted[topology.stem]
        if not sandbox.data_plane_missing:
            for consumer in walkthrough.consumers:
                assert first_broken(verify_consumer(consumer, walkthrough.provider)) is None
        lines = said.getvalue().splitlines()
        assert sum(line.endswith(" to add, 0 to change, 0 to destroy") for line in lines) == len(
            walkthrough.stacks
        )
        warnings = [line for line in lines if line.startswith("warning: ")]
        assert all("pendingAcceptance" in line for line in warnings), warnings
        assert said.getvalue().count(": No changes") == len(walkthrough.stacks)
        if topology == WALKTHROUGH:
            changes_touch_nothing_else(walkthrough, tmp_path)

        assert all(left(stack) for stack in walkthrough.stacks)
        walkthrough.destroy()

        assert {stack.name: left(stack) for stack in walkthrough.stacks} == {
            stack.name: [] for stack in walkthrough.stacks
        }


def changes_touch_nothing_else(walkthrough: Walkthrough, tmp_path: Path):
    """Real plans of changed topologies on the applied state: nothing there is replaced or renamed."""
    for change in (reorder, add_principal, add_listener, add_consumer, add_zone):
        topology = copy.deepcopy(yaml.safe_load(WALKTHROUGH.read_text()))
        change(topology)
        changed = tmp_path / f"{change.__name__}.yaml"
        changed.write_text(yaml.safe_dump(topology, sort_keys=False))
        synthesize(changed, walkthrough.out_dir)
        applied = {stack.name for stack in walkthrough.stacks}
        for stack in read_stacks(walkthrough.out_dir, walkthrough.provider.root.environment):
            if stack.name not in applied:
                stack.root.init()
            plan = stack.root.plan()
            at = (change.__name__, stack.name, plan.summary)
            if change is reorder:
                assert plan.clean, at
            elif stack.name in applied:
                assert not plan.summary.destroy, at  # nor replaced
                assert change is add_zone or not plan.summary.change, at
                if change is add_zone and stack.side == "provider":
                    stack.root.apply(plan)  # a consumer's plan refuses a zone until the service is there
            else:
                assert plan.summary == Summary(add=plan.summary.add), at


def add_zone(topology):
    topology["service"]["network"]["zones"].insert(1, "ap-northeast-2b")
    topology["service"]["backends"]["text"]["ap-northeast-2b"] = "SVR#3"
    topology["consumers"]["client"]["network"]["zones"].insert(0, "ap-northeast-2b")


def add_consumer(topology):
    another = {"network": {"cidr": "10.30.0.0/16", "zones": ["ap-northeast-2a"]}}
    topology["consumers"] = {"another": another} | topology["consumers"]


def add_principal(topology):
    topology["service"]["allowed_principals"] = ["arn:aws:iam::111122223333:root"]


def add_listener(topology):
    topology["service"]["listeners"].insert(0, {"port": 8080})


def reorder(topology):
    topology["service"]["network"]["zones"].reverse()
    topology["consumers"]["client"]["network"]["zones"].reverse()
    topology["service"]["backends"]["text"] = dict(reversed(topology["service"]["backends"]["text"].items()))
