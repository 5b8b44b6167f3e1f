"""Former keys: each part has one of its own, which no other part has now."""

from copy import deepcopy

import pytest

from privatelink.topology.file import parse
from privatelink.topology.model import Topology
from tests.support.rules import breaks, keeps
from tests.support.topology_cases import problem_at
from tests.support.written import written

NETWORK = {"cidr": "10.10.0.0/16", "zones": ["ap-northeast-2a", "ap-northeast-2c"]}
SERVICE = {
    "region": "ap-northeast-2",
    "network": NETWORK,
    "backends": {"text": "x"},
    "listeners": [{"port": 80}],
}
SSM = {"service_name": "com.amazonaws.ap-northeast-2.ssm"}


def services(**given):
    return {"name": "shop", "services": {key: deepcopy(SERVICE) | fields for key, fields in given.items()}}


def load_balancers(**given):
    return {"name": "shop", "service": SERVICE | {"load_balancers": given}}


def consumers(**given):
    plain = {"network": NETWORK, "endpoints": {"ssm": SSM}}
    return {"name": "shop", "consumers": {key: deepcopy(plain) | fields for key, fields in given.items()}}


def endpoints(**given):
    return consumers(web={"endpoints": {key: SSM | fields for key, fields in given.items()}})


def the_only_service(**fields):
    return {"name": "shop", "service": deepcopy(SERVICE) | fields}


RIGHT = {
    "service": services(one={"renamed_from": "first"}, two={}),
    "service that had no key": services(one={"renamed_from": "service"}, two={}),
    "service that has no key any more": the_only_service(renamed_from="one"),
    "load balancer that had no key": load_balancers(old={"renamed_from": "load_balancer"}, new={}),
    "consumer": consumers(web={"renamed_from": "office"}, shop={"renamed_from": "store"}),
    "endpoint": endpoints(a={"renamed_from": "b"}),
    "endpoint that had no key": endpoints(a={"renamed_from": "endpoint"}),
    "one former key of different parts": consumers(
        web={"renamed_from": "x", "endpoints": {"a": SSM | {"renamed_from": "x"}}},
        shop={"endpoints": {"a": SSM | {"renamed_from": "x"}}},
    ),
}
PRESENT = {
    "service": (services(one={"renamed_from": "two"}, two={}), "services.one", "services.two"),
    "itself": (services(one={"renamed_from": "one"}), "services.one", "services.one"),
    "only service": (the_only_service(renamed_from="service"), "service", "service"),
    "load balancer": (
        load_balancers(old={"renamed_from": "new"}, new={}),
        "service.load_balancers.old",
        "load_balancers.new",
    ),
    "consumer": (consumers(web={"renamed_from": "shop"}, shop={}), "consumers.web", "consumers.shop"),
    "endpoint": (
        endpoints(a={"renamed_from": "b"}, b={}),
        "consumers.web.endpoints.a",
        "endpoints.b",
    ),
}
TWICE = {
    "services": (services(a={"renamed_from": "x"}, b={"renamed_from": "x"}), "services.b", "services.a"),
    "load balancers": (
        load_balancers(a={"renamed_from": "x"}, b={"renamed_from": "x"}),
        "service.load_balancers.b",
        "load_balancers.a",
    ),
    "consumers": (
        consumers(a={"renamed_from": "x"}, b={"renamed_from": "x"}),
        "consumers.b",
        "consumers.a",
    ),
    "endpoints": (
        endpoints(a={"renamed_from": "endpoint"}, b={"renamed_from": "endpoint"}),
        "consumers.web.endpoints.b",
        "endpoints.a",
    ),
}


@keeps("renamed-from-present", "renamed-from-twice")
@pytest.mark.parametrize("given", RIGHT.values(), ids=RIGHT)
def test_former_key_of_one_part_alone_is_valid(given):
    assert Topology.model_validate(given)


@breaks("renamed-from-present")
@pytest.mark.parametrize(("given", "at", "other"), PRESENT.values(), ids=PRESENT)
def test_former_key_that_a_part_has_now_is_refused(given, at, other):
    problem = problem_at(given, f"{at}.renamed_from")

    assert problem.rule == "renamed-from-present"
    assert problem.what == f"former key that {other} has now"


@breaks("renamed-from-twice")
@pytest.mark.parametrize(("given", "at", "other"), TWICE.values(), ids=TWICE)
def test_former_key_of_two_parts_is_refused(given, at, other):
    problem = problem_at(given, f"{at}.renamed_from")

    assert problem.rule == "renamed-from-twice"
    assert problem.what == f"former key of {other} as well"


def test_default_endpoint_beside_one_that_was_it_is_refused():
    given = the_only_service(acceptance="automatic") | consumers(
        web={"endpoints": {"a": SSM | {"renamed_from": "endpoint"}}}
    )

    problem = problem_at(given, "consumers.web.endpoints.a.renamed_from")

    assert problem.what == "former key that endpoint has now"


def test_malformed_former_key_is_refused():
    assert problem_at(services(one={"renamed_from": "a_b"}), "services.one.renamed_from").rule == "name"
    assert parse(written(services(one={"renamed_from": "a-b"})))
