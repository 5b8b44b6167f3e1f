"""`verify` on paths with packets, built through the API: what it sees is what there is."""

from dataclasses import dataclass
from typing import Any

import pytest

from privatelink.verify.check import first_broken
from privatelink.verify.consumer import private_path, public_path, verify_consumer
from privatelink.verify.errors import CouldNotCheckError
from tests.support.dataplane_fixtures import (
    Consumer,
    Lab,
    Service,
    accept,
    build_consumer,
    build_service,
    tcp,
)
from tests.support.sandbox_fixtures import Account
from tests.support.verify_facts import FIRST, SECOND, failing

pytestmark = [pytest.mark.dataplane, pytest.mark.slow]


@dataclass
class LabStack:
    """What `verify` asks of a stack, for what was built without Terraform."""

    name: str
    account: Account
    outputs: dict[str, Any]

    @property
    def consumer(self) -> str:
        return self.name

    @property
    def ec2(self) -> Any:
        return self.account.ec2

    @property
    def elbv2(self) -> Any:
        return self.account.elb

    def client(self, service: str) -> Any:
        return self.account.client(service)


def provider_stack(service: Service) -> Any:
    outputs = {
        "service_id": service.service_id,
        "load_balancer_dns_name": service.name,
        "load_balancer_addresses": dict(enumerate(service.public)),
        "backend_instance_ids": {zone: machine.id for zone, machine in service.backends.items()},
    }
    return LabStack("provider", service.lab.account, outputs)


def consumer_stack(client: Consumer, zones: str = "ac") -> Any:
    region = client.lab.account.region
    regional, *zonal = client.names
    names = {f"{region}{zone}": name for zone, name in zip(zones, zonal, strict=True)}
    outputs = {
        "endpoint_id": client.id,
        "endpoint_dns_names": {"regional": regional, "zonal": names},
        "probe_instance_id": client.probe.id,
    }
    return LabStack("client", client.lab.account, outputs)


@pytest.fixture(scope="module")
def service(provider_lab: Lab) -> Service:
    """Port 8080 answers with whom it sees, so only port 80 is left of it."""
    made = build_service(provider_lab)
    elb = provider_lab.account.elb
    for listener in elb.describe_listeners(LoadBalancerArn=made.balancer["LoadBalancerArn"])["Listeners"]:
        if listener["Port"] == 8080:
            elb.delete_listener(ListenerArn=listener["ListenerArn"])
    del made.target_groups[8080]
    made.wait_healthy()
    return made


def test_two_accounts_with_the_same_addresses(consumer_lab: Lab, service: Service) -> None:
    first, second, third = (
        build_consumer(consumer_lab, service, "10.10.0.0/16", internet=True) for _ in range(3)
    )
    accept(service, first, second)
    of_service = provider_stack(service)

    for client in (first, second):
        checks = verify_consumer(consumer_stack(client), of_service)
        assert first_broken(checks) is None, failing(checks)
        assert {check.outcome for check in checks} == {"holds"}
        (texts,) = (check for check in checks if check.id == "texts-regional-80")
        assert texts.observed == f"{FIRST}, {SECOND}"

    waiting = private_path(consumer_stack(third), of_service)
    assert set(failing(waiting).values()) == {"connection"}
    assert {check.step for check in waiting if check.outcome == "fails"} == {"W11", "W12"}
    # The public path does not wait for anyone.
    assert failing(public_path(consumer_stack(third), of_service)) == {}


def test_a_zonal_endpoint_expects_the_texts_of_its_zone(consumer_lab: Lab, service: Service) -> None:
    client = build_consumer(consumer_lab, service, "10.40.0.0/16", zones="a")
    accept(service, client)

    checks = private_path(consumer_stack(client, "a"), provider_stack(service))

    assert failing(checks) == {}
    assert {check.observed for check in checks if check.step == "W11"} == {FIRST}


def test_a_closed_group_holds_packets_back_where_the_api_says_so(consumer_lab: Lab, service: Service) -> None:
    client = build_consumer(consumer_lab, service, "10.41.0.0/16")
    accept(service, client)
    rule = tcp(80, cidr="10.41.0.0/16")
    consumer_lab.account.ec2.revoke_security_group_ingress(
        GroupId=client.endpoint_group, IpPermissions=[rule]
    )

    checks = verify_consumer(consumer_stack(client), provider_stack(service), requests=2)

    broken = first_broken(checks)
    assert broken
    assert broken.hop == "endpoint security group"
    assert client.endpoint_group in broken.cause
    assert {"texts-regional-80", "trace"} <= failing(checks).keys()


def test_packets_that_a_network_acl_drops_are_found_though_the_api_looks_whole(
    consumer_lab: Lab, service: Service
) -> None:
    client = build_consumer(consumer_lab, service, "10.42.0.0/16")
    accept(service, client)
    ec2 = consumer_lab.account.ec2
    acls = ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [client.vpc.id]}])["NetworkAcls"]
    ec2.create_network_acl_entry(
        NetworkAclId=acls[0]["NetworkAclId"],
        RuleNumber=1,
        Protocol="6",
        RuleAction="deny",
        Egress=True,
        CidrBlock="10.42.1.0/24",
        PortRange={"From": 80, "To": 80},
    )

    checks = private_path(consumer_stack(client), provider_stack(service), requests=2)

    assert failing(checks)["texts-regional-80"] == "backend"
    assert "network ACLs" in next(check.cause for check in checks if check.cause)


def test_a_probe_that_is_stopped_cannot_look(consumer_lab: Lab, service: Service) -> None:
    client = build_consumer(consumer_lab, service, "10.43.0.0/16")
    consumer_lab.account.ec2.stop_instances(InstanceIds=[client.probe.id])

    with pytest.raises(CouldNotCheckError, match=f"the probe {client.probe.id} is stopp.*start it"):
        private_path(consumer_stack(client), provider_stack(service))


def test_a_state_that_is_older_than_what_there_is(consumer_lab: Lab, service: Service) -> None:
    client = build_consumer(consumer_lab, service, "10.45.0.0/16")
    of_service = provider_stack(service)
    of_service.outputs["load_balancer_dns_name"] = "gone.elb.amazonaws.com"
    with pytest.raises(CouldNotCheckError, match=r"gone\.elb.*apply the provider's stack again"):
        verify_consumer(consumer_stack(client), of_service)

    stack = consumer_stack(client)
    stack.outputs["endpoint_id"] = "vpce-00000000000000000"
    with pytest.raises(CouldNotCheckError, match=r"NotFound.*check the account and the Region"):
        verify_consumer(stack, of_service)


def test_verifying_changes_nothing(consumer_lab: Lab, service: Service) -> None:
    client = build_consumer(consumer_lab, service, "10.44.0.0/16")
    asked: list[str] = []
    stacks = [consumer_stack(client), provider_stack(service)]
    for stack in stacks:
        for name in ("ec2", "elbv2", "ssm"):
            stack.client(name).meta.events.register(
                f"before-call.{name}.*", lambda model, **_: asked.append(model.name)
            )

    verify_consumer(*stacks, requests=2)

    calls = {name for name in asked if not name.startswith("Describe")}
    assert calls == {"SendCommand", "GetCommandInvocation"}
