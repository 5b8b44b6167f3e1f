"""Stages of a change of a load balancer; tests/e2e/test_staged_changes.py follows some of them."""

from typing import Any

from privatelink.changes import balancer_stages, load_balancers
from tests.support.staged_plans import (
    CREATE,
    DELETE,
    DELETE_FIRST,
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


def edits(path: str, *changes: dict[str, Any], consumer: bool = True) -> list[tuple[str, ...]]:
    one = [endpoint("a", "a", NO_OP)] if consumer else []
    (found,) = load_balancers.find(plans(provider=[*changes, service(UPDATE)], one=one))
    return [stage.edits for stage in balancer_stages.stages(found, path)]


def test_a_second_load_balancer() -> None:
    first, second = edits("service", balancer(DELETE_FIRST))
    assert first[0].startswith("service.load_balancers.first: ")
    assert first[0].endswith("renamed_from: load_balancer")
    assert first[1].startswith("service.load_balancers.second: ")
    assert second == (
        "wait until no connection uses it: connections end after 350 s idle",
        "service.load_balancers.first: remove it",
    )


def test_a_second_load_balancer_beside_one_with_a_key() -> None:
    first, second = edits("services.web", balancer(DELETE_FIRST, name="load-balancer-one"))
    assert first[0] == "services.web.load_balancers.one: the load balancer as it is applied"
    assert first[1].startswith("services.web.load_balancers.one-2: ")
    assert second[1] == "services.web.load_balancers.one: remove it"


def test_a_second_service() -> None:
    gone = subnet(A, DELETE, "10.10.0.0/24")
    kept, joined, left, removed = edits("service", balancer(DELETE_FIRST), gone)
    assert kept == (
        "services.first: the settings of service as applied, and renamed_from: service",
        "services.second: the service as the file has it now",
        "consumers.one.service: first",
    )
    assert joined == ("consumers.one.endpoints.second: a second endpoint, with service: second",)
    assert left[1] == "consumers.one.service and consumers.one.endpoint: remove them"
    assert removed == ("services.first: remove it",)


def test_a_second_service_beside_one_with_a_key_and_consumers_elsewhere() -> None:
    gone = subnet(A, DELETE, "10.10.0.0/24")
    kept, joined, *_ = edits("services.web", balancer(DELETE_FIRST), gone, consumer=False)
    assert kept == (
        "services.web: the service as it is applied",
        "services.web-2: the service as the file has it now",
    )
    assert joined[0].startswith("the consumers, in their files.endpoints.web-2: ")


def test_the_state_is_written_first() -> None:
    (found,) = load_balancers.find(plans(provider=[balancer(DELETE), service(UPDATE)]))
    first, last = balancer_stages.stages(found, "service")
    assert first.commands == (
        "privatelink synth",
        "terraform -chdir=cdktf.out/stacks/shop-provider apply -refresh-only",
    )
    assert last.edits == ("the file as it is now",)


def test_a_key_is_renamed() -> None:
    new = resource("aws_lb.load-balancer-one", CREATE, None, {"name": "shop-nlb"})
    ((edit, _),) = edits("service", balancer(DELETE), new)
    assert edit == "service.load_balancers.<its new key>.renamed_from: load_balancer"
