"""Load balancers of endpoint services that cannot change in one apply."""

from typing import Any

from privatelink.changes import load_balancers
from tests.support.staged_plans import (
    CREATE,
    CREATE_FIRST,
    DELETE,
    DELETE_FIRST,
    NLB,
    NO_OP,
    UPDATE,
    A,
    balancer,
    endpoint,
    plans,
    resource,
    service,
    subnet,
)

FLAG = "aws_lb.load-balancer"


def kinds(*changes: dict[str, Any], flags: tuple[str, ...] = ()) -> list[str]:
    return [found.kind.id for found in load_balancers.find(plans(flags, provider=changes))]


def test_a_replaced_one() -> None:
    for actions in (CREATE_FIRST, DELETE_FIRST):
        replaced = balancer(actions, replace_paths=[["name"]])
        assert kinds(replaced, service()) == ["load-balancer-in-use-replaced"]
        assert kinds(replaced) == []
        assert kinds(replaced, service(DELETE)) == []


def test_a_removed_one_needs_the_flag_in_the_state() -> None:
    assert kinds(balancer(DELETE), service(UPDATE)) == ["load-balancer-in-use"]
    assert kinds(balancer(DELETE), service(UPDATE), flags=(FLAG,)) == []


def test_a_new_one_of_the_same_name() -> None:
    new = resource("aws_lb.load-balancer-one", CREATE, None, {"name": "shop-nlb"})
    other = resource("aws_lb.load-balancer-one", CREATE, None, {"name": "other"})
    assert kinds(balancer(DELETE), new, service(UPDATE), flags=(FLAG,)) == ["load-balancer-same-name"]
    assert kinds(balancer(DELETE), other, service(UPDATE), flags=(FLAG,)) == []


def test_one_that_loses_a_subnet() -> None:
    gone = subnet(A, DELETE, "10.10.0.0/24")
    moved = subnet(A, CREATE_FIRST, "10.10.0.0/24", "10.10.1.0/24")
    for actions in (UPDATE, DELETE_FIRST):
        for change in (gone, moved):
            assert kinds(balancer(actions), change, service()) == ["load-balancer-subnets"]
    kept = {"subnets": ["subnet-c"]}
    assert kinds(balancer(DELETE_FIRST, after=kept), service()) == ["load-balancer-subnets"]
    more = {"subnets": ["subnet-a", "subnet-b", "subnet-c"]}
    assert kinds(balancer(UPDATE, after=more), service()) == []
    assert kinds(balancer(NO_OP), service()) == []


def test_existing_subnets_of_which_the_plan_knows_the_mapping_alone() -> None:
    def mapped(*subnets: str) -> dict[str, Any]:
        return {"arn": NLB, "subnet_mapping": [{"subnet_id": each} for each in subnets]}

    def kinds_of(after: dict[str, Any]) -> list[str]:
        before = mapped("subnet-a", "subnet-c") | {"subnets": ["subnet-a", "subnet-c"]}
        unknown = {"subnets": True}
        return kinds(
            resource("aws_lb.load-balancer", UPDATE, before, after, after_unknown=unknown), service()
        )

    assert kinds_of(mapped("subnet-a2", "subnet-c")) == ["load-balancer-subnets"]
    assert kinds_of(mapped("subnet-c")) == ["load-balancer-subnets"]
    assert kinds_of(mapped("subnet-a", "subnet-b", "subnet-c")) == []
    nothing = {"subnet_id": None, "allocation_id": None}
    assert kinds_of(mapped("subnet-a", "subnet-c") | {"subnet_mapping": [nothing]}) == []
    other = mapped("subnet-a2", "subnet-c")["subnet_mapping"]
    assert kinds_of({"arn": NLB, "subnet_mapping": [*other, nothing]}) == ["load-balancer-subnets"]
    assert kinds_of({"arn": NLB, "subnet_mapping": [{}, {"subnet_id": "subnet-c"}]}) == []


def test_another_address_in_a_zone() -> None:
    def mapped(**addresses: str | None) -> dict[str, Any]:
        written = {"subnet_id": "subnet-a", "private_ipv4_address": "", "ipv6_address": ""}
        return {"arn": NLB, "subnet_mapping": [written | addresses]}

    def kinds_of(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
        return kinds(resource("aws_lb.load-balancer", UPDATE, before, after), service())

    one = mapped(allocation_id="eipalloc-1")
    assert kinds_of(one, mapped(allocation_id="eipalloc-2")) == ["load-balancer-addresses"]
    # Without the attribute, Terraform knows it after the apply.
    assert kinds_of(one, mapped()) == ["load-balancer-addresses"]
    assert kinds_of(one, one) == []
    assert kinds_of(one, mapped(allocation_id="eipalloc-1", ipv6_address=None)) == []
    assert kinds_of(mapped(), mapped(private_ipv4_address="10.0.0.9")) == ["load-balancer-addresses"]
    assert kinds_of(mapped(), mapped(ipv6_address="2001:db8::9")) == ["load-balancer-addresses"]


def test_subnets_whose_zone_has_another_form_are_not_lost() -> None:
    old = {"id": "subnet-a", "availability_zone": A, "availability_zone_id": "apne2-az1"}
    gone = resource(f"aws_subnet.network_{A}", DELETE, old)
    new = resource("aws_subnet.network_apne2-az1", CREATE, None, {"availability_zone_id": "apne2-az1"})
    assert kinds(balancer(UPDATE), gone, new, service()) == []
    assert kinds(balancer(UPDATE), gone, service()) == ["load-balancer-subnets"]


def test_the_endpoints_of_its_service() -> None:
    one = [endpoint("a", "a", NO_OP)]
    (found,) = load_balancers.find(plans(provider=[balancer(DELETE_FIRST), service()], one=one))
    assert [each.id for each in found.endpoints] == ["vpce-1"]
