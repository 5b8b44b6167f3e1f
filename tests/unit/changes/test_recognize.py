"""All staged changes of some plans."""

from typing import Any

from privatelink.changes.plans import Plans
from privatelink.changes.recognize import recognize
from tests.support.staged_plans import (
    CREATE,
    DELETE,
    DELETE_FIRST,
    NLB,
    NO_OP,
    ONE,
    PROVIDER,
    A,
    C,
    balancer,
    endpoint,
    plans,
    resource,
    service,
    subnet,
    vpc,
)

REMOVED = [
    vpc(),
    subnet(A, NO_OP, "10.20.0.0/24"),
    subnet(C, DELETE, "10.20.1.0/24"),
    endpoint("ac", "a"),
]


def test_each_has_its_words_and_stages() -> None:
    replaced = balancer(DELETE_FIRST, replace_paths=[["name"]])
    (network,) = recognize(plans(one=REMOVED))
    (load_balancer,) = recognize(plans(provider=[replaced, service()]))
    assert (network.stack, network.address) == (ONE, f"aws_subnet.network_{C}")
    assert network.change == f"subnets of {C} are deleted or replaced"
    assert network.stages[0].edits == (f"consumers.one.endpoint.zones: [{A}]",)
    assert (load_balancer.stack, load_balancer.address) == (PROVIDER, "aws_lb.load-balancer")
    assert load_balancer.change == "load balancer shop-nlb is replaced because of name"
    assert len(load_balancer.stages) == 2


def test_other_changes_of_a_load_balancer() -> None:
    (lost,) = recognize(plans(provider=[balancer(DELETE_FIRST), subnet(A, DELETE, "10.1.0.0/24"), service()]))
    assert lost.change == "load balancer shop-nlb loses a subnet"
    (deleted,) = recognize(plans(provider=[balancer(DELETE), service()]))
    assert deleted.change == "load balancer shop-nlb is deleted"


def test_consumers_are_destroyed_before_their_service() -> None:
    (found,) = recognize(plans(provider=[service(DELETE)], one=[endpoint("a", "a", NO_OP)]))
    first, last = found.stages
    assert first.commands == ("privatelink synth", f"privatelink destroy {ONE}")
    assert last.edits == ("the file as it is now",)


def test_a_stack_is_destroyed_before_its_region_changes() -> None:
    def of(stack: str, *changes: dict[str, Any]) -> tuple[str, ...]:
        plan: Any = {
            "resource_changes": changes,
            "resource_drift": [resource("aws_lb.load-balancer", DELETE, {"arn": NLB})],
            "configuration": {
                "provider_config": {"aws": {"expressions": {"region": {"constant_value": "eu-west-1"}}}}
            },
        }
        (found,) = recognize(Plans({stack: plan}, lambda _: ()))
        assert found.change == "the Region changes from ap-northeast-2 to eu-west-1"
        return found.stages[0].commands

    assert of(ONE) == ("privatelink synth", f"privatelink destroy {ONE}")
    new = resource("aws_vpc_endpoint_service.endpoint-service", ("create",), None, {})
    assert of(PROVIDER, new) == ("privatelink synth", "privatelink destroy")


def test_a_stack_of_another_origin_gets_the_words_of_terraform() -> None:
    changes: Any = {"network": {"resource_changes": REMOVED}}
    (found,) = recognize(Plans(changes, lambda _: ()))
    ((edit,),) = [stage.edits for stage in found.stages]
    assert edit == "remove the subnet from the endpoint in one apply, and delete it in the next"


def test_nothing_to_report() -> None:
    assert recognize(plans(provider=[balancer(NO_OP), service()], one=[endpoint("a", "a", NO_OP)])) == []


def test_a_target_under_another_key_is_the_same_target() -> None:
    values = {"target_group_arn": "group", "target_id": "10.1.0.9", "port": 80}
    group = "aws_lb_target_group_attachment"
    old = resource(f"{group}.load-balancer_port-80-one", DELETE, values)
    new = resource(f"{group}.load-balancer_port-80-first", CREATE, None, values)
    (found,) = recognize(plans(provider=[old, new]))
    assert found.change == f"{old['address']} becomes {new['address']}"
    assert len(found.stages) == 2
