"""Endpoint services that are deleted while endpoints use them."""

from privatelink.changes import services
from tests.support.staged_plans import (
    DELETE,
    DELETE_FIRST,
    NO_OP,
    ONE,
    PROVIDER,
    UPDATE,
    endpoint,
    plans,
    service,
)


def test_one_with_endpoints_in_another_stack() -> None:
    used = [endpoint("a", "a", NO_OP)]
    for actions in (DELETE, DELETE_FIRST):
        (found,) = services.find(plans(provider=[service(actions)], one=used))
        assert [each.stack for each in found.endpoints] == [ONE]
    assert list(services.find(plans(provider=[service(UPDATE)], one=used))) == []


def test_endpoints_that_another_stack_deletes_are_still_there() -> None:
    leaving = [endpoint("a", actions=DELETE)]
    assert len([*services.find(plans(provider=[service(DELETE)], one=leaving))]) == 1


def test_endpoints_of_the_same_stack_are_deleted_before() -> None:
    assert list(services.find(plans(provider=[service(DELETE), endpoint("a", actions=DELETE)]))) == []
    assert list(services.find(plans(provider=[service(DELETE)]))) == []


def test_the_stack_that_offers_a_service() -> None:
    found = plans(provider=[service()], one=[endpoint("a", "a", NO_OP)])
    assert services.offers(found, PROVIDER)
    assert not services.offers(found, ONE)
