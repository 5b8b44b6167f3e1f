"""Private DNS names that move between a hosted zone and endpoints of one VPC."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from privatelink.changes import private_names
from privatelink.changes.plans import Plans
from privatelink.changes.private_names import MOVED
from privatelink.changes.recognize import recognize
from tests.support.staged_plans import (
    CREATE,
    CREATE_FIRST,
    DELETE,
    NO_OP,
    ONE,
    PROVIDER,
    UPDATE,
    VPC,
    resource,
)

SSM = "com.amazonaws.ap-northeast-2.ssm"
DOMAIN = "ssm.ap-northeast-2.amazonaws.com"
CUSTOM = "com.amazonaws.vpce.ap-northeast-2.vpce-svc-1"


def zone(actions: Any, name: str = DOMAIN, vpc_id: str = VPC) -> dict[str, Any]:
    values = {"name": name, "vpc": [{"vpc_id": vpc_id}]}
    if actions == CREATE:
        return resource("aws_route53_zone.hosted-zone", actions, None, values)
    return resource("aws_route53_zone.hosted-zone", actions, {**values, "id": "Z1"})


def interface(
    before: bool | None, after: bool | None, name: str = "endpoint-ssm", service: str = SSM, **values: Any
) -> dict[str, Any]:
    """An endpoint with private DNS on, off, or none before and after."""

    def side(enabled: bool | None) -> dict[str, Any] | None:
        common = {"id": "vpce-1", "vpc_id": VPC, "service_name": service, **values}
        return None if enabled is None else {**common, "private_dns_enabled": enabled}

    actions = CREATE if before is None else DELETE if after is None else UPDATE
    return resource(f"aws_vpc_endpoint.{name}", actions, side(before), side(after))


def plans_of(stacks: Mapping[str, Sequence[dict[str, Any]]]) -> Plans:
    """Plans of stacks, for which Terraform has read the service of AWS."""
    values = {"service_name": SSM, "private_dns_name": DOMAIN}
    service = {"mode": "data", "type": "aws_vpc_endpoint_service", "name": "endpoint-ssm", "values": values}
    state = {"values": {"root_module": {"resources": [{"address": "", **service}]}}}
    made: Any = {
        name: {"resource_changes": [*changes], "prior_state": state} for name, changes in stacks.items()
    }
    return Plans(made, lambda _: ())


def edits(*changes: dict[str, Any]) -> list[tuple[str, ...]]:
    """The edits of the first stage of each change."""
    found = recognize(plans_of({ONE: changes}))
    assert {staged.kind for staged in found} <= {MOVED}
    assert all(staged.stages[-1].edits == ("the file as it is now",) for staged in found)
    return [staged.stages[0].edits for staged in found]


OFF = "consumers.one.endpoints.ssm.private_dns: false"
REST = "and otherwise the file as it is now"


def test_from_a_hosted_zone_to_an_endpoint_which_gets_the_name_later() -> None:
    assert edits(zone(DELETE), interface(False, True)) == [(OFF, REST)]
    assert edits(zone(DELETE), interface(None, True)) == [(OFF, REST)]


def test_from_an_endpoint_to_a_hosted_zone_which_is_created_later() -> None:
    assert edits(zone(CREATE), interface(True, False)) == [(OFF,)]
    assert edits(zone(CREATE), interface(True, None)) == [(OFF,)]


def test_the_name_of_a_customers_service_is_in_the_dns_entries() -> None:
    entries = [
        {"dns_name": "vpce-1-x.vpce-svc-1.ap-northeast-2.vpce.amazonaws.com"},
        {"dns_name": "*.a.test"},
    ]
    former = interface(True, False, "endpoint", CUSTOM, dns_entry=entries)

    assert edits(zone(CREATE, "a.test"), former) == [("consumers.one.endpoint.private_dns: false",)]
    assert edits(zone(CREATE, "vpce-svc-1.ap-northeast-2.vpce.amazonaws.com"), former) == []


def test_between_two_endpoints() -> None:
    assert edits(interface(True, None, "endpoint-ssm"), interface(None, True, "endpoint-new")) == [(OFF,)]


def test_the_endpoint_of_a_test_instance_leaves_or_comes_with_the_instance() -> None:
    probe = "consumers.one.probe: false"
    assert edits(interface(True, None, "probe_ssm"), interface(None, True)) == [(probe,)]
    assert edits(interface(None, True, "probe_ssm"), interface(True, None)) == [(probe, REST)]


def test_between_hosted_zones_of_two_stacks() -> None:
    (found,) = recognize(plans_of({ONE: [zone(CREATE)], PROVIDER: [zone(DELETE)]}))
    assert found.stages[0].edits == ("consumers.one.hosted_zone: leave it out, and the names in it", REST)


def test_a_replaced_endpoint_whose_replacement_is_created_first() -> None:
    values = {"vpc_id": VPC, "service_name": SSM, "private_dns_enabled": True}
    replaced = resource("aws_vpc_endpoint.endpoint-ssm", CREATE_FIRST, {"id": "vpce-1", **values}, values)
    assert edits(replaced) == [(OFF,)]


@pytest.mark.parametrize(
    "changes",
    [
        (zone(DELETE), interface(True, True)),
        (zone(NO_OP), interface(False, True)),
        (zone(DELETE, "other.test"), interface(False, True)),
        (zone(DELETE, vpc_id="vpc-2"), interface(False, True)),
        (zone(CREATE), interface(False, False)),
        (zone(DELETE), interface(None, False)),
    ],
    ids=["on before", "not released", "another name", "another VPC", "off before", "off afterwards"],
)
def test_nothing_moves(changes: tuple[dict[str, Any], ...]) -> None:
    assert list(private_names.find(plans_of({ONE: changes}))) == []
