"""Endpoint services: who may connect, by what name, and on which load balancers."""

import pytest

from tests.support.plan_facts import change, configured, plan, reviewed
from tests.support.rule_findings import findings, found, only

SERVICE = {
    "id": "vpce-svc-1", "service_name": "com.vpce-svc-1", "acceptance_required": True,
    "allowed_principals": ["arn:a"], "network_load_balancer_arns": ["arn:lb"],
}  # fmt: skip
PRINCIPAL = {"id": "p", "vpc_endpoint_service_id": "vpce-svc-1", "principal_arn": "*"}
OPEN = {"allowed_principals": ["*"], "acceptance_required": False}
TYPES = "supported_ip_address_types"
NAME, BESIDE = "aws_vpc_endpoint_service.s", "aws_vpc_endpoint_service_allowed_principal.p"


def service(before=None, after=None, **further):
    had = None if before is False else SERVICE | (before or {})
    return change(NAME, had, None if after is False else SERVICE | (after or {}), **further)


@pytest.mark.parametrize(
    ("before", "after", "ids"),
    [
        ({}, {}, []),
        ({}, False, ["service-destroyed"]),
        (False, {}, []),
        ({}, {"acceptance_required": False}, ["acceptance-switched-off"]),
        ({"acceptance_required": False}, {"acceptance_required": False}, []),
        ({"acceptance_required": False}, {}, []),
        (False, {"acceptance_required": False}, []),
        ({}, {"allowed_principals": ["arn:a", "*"]}, ["principal-everyone-added"]),
        ({"allowed_principals": ["*"]}, {"allowed_principals": ["*"]}, []),
        ({}, OPEN, ["service-open-to-everyone", "principal-removed"]),
        ({"allowed_principals": ["*"]}, OPEN, ["service-open-to-everyone"]),
        (OPEN, OPEN | {"tags": {"a": "b"}}, []),
        (False, OPEN, ["service-open-to-everyone"]),
        ({"allowed_principals": ["arn:a", "arn:b"]}, {}, ["principal-removed"]),
        ({"allowed_principals": ["arn:b"]}, {}, ["principal-removed"]),
        ({"private_dns_name": "a.example"}, {"private_dns_name": "b.example"}, ["private-dns-name-changed"]),
        ({"private_dns_name": "a.example"}, {"private_dns_name": None}, ["private-dns-name-changed"]),
        ({}, {"private_dns_name": "b.example"}, []),
        ({"supported_regions": ["a", "b"]}, {"supported_regions": ["b"]}, ["supported-region-removed"]),
        ({"supported_regions": ["a"]}, {"supported_regions": ["a", "b"]}, []),
        ({TYPES: ["ipv4", "ipv6"]}, {TYPES: ["ipv4"]}, ["ip-type-dropped"]),
        ({TYPES: ["ipv4"]}, {TYPES: ["ipv4", "ipv6"]}, []),
        ({}, {"network_load_balancer_arns": []}, ["service-load-balancer-removed"]),
        ({}, {"network_load_balancer_arns": ["arn:lb", "arn:lb-2"]}, []),
    ],
)  # fmt: skip
def test_what_changes_of_a_service_is_found(before, after, ids):
    assert found(plan(service(before, after))) == ids


@pytest.mark.parametrize(
    "name", ["supported_regions", TYPES, "network_load_balancer_arns", "allowed_principals"]
)
@pytest.mark.parametrize(("after", "unknown"), [(None, True), (["b", None], [False, True])])
def test_a_list_that_only_the_apply_will_tell_loses_nothing(name, after, unknown):
    made = service({name: ["a", "b"]}, {name: after}, unknown={name: unknown})

    assert found(plan(made)) == []


def test_acceptance_that_only_the_apply_will_tell_is_not_switched_off():
    made = service({}, {"acceptance_required": None}, unknown={"acceptance_required": True})

    assert found(plan(made)) == []


def test_a_service_that_is_replaced_is_destroyed():
    finding = only(plan(service({}, {"tags": {}}, replaced_by=("tags",))))

    assert (finding.rule.id, finding.severity) == ("service-destroyed", "blocking")
    # What it loses as well is nothing to add.
    after = {"network_load_balancer_arns": [], "supported_regions": ["b"], TYPES: ["ipv4"]}
    before = {"supported_regions": ["a", "b"], TYPES: ["ipv4", "ipv6"], "private_dns_name": "a.example"}
    assert found(plan(service(before, after, replaced_by=("tags",)))) == ["service-destroyed"]


def test_an_old_object_of_a_service_that_is_left_to_destroy_is_no_finding():
    assert found(plan(service({}, False, deposed="abc"))) == []


def test_everyone_admitted_beside_the_service_counts_the_same():
    open_one = service({}, {"acceptance_required": False})

    assert found(plan(service(), change(BESIDE, None, PRINCIPAL))) == ["principal-everyone-added"]
    assert found(plan(open_one, change(BESIDE, None, PRINCIPAL))) == ["service-open-to-everyone"]
    assert found(plan(open_one, change(BESIDE, PRINCIPAL, PRINCIPAL))) == ["service-open-to-everyone"]
    assert found(plan(service(), change(BESIDE, PRINCIPAL, PRINCIPAL))) == []


def test_principals_that_are_not_written_are_those_beside_the_service():
    # What AWS told last stays in the service: the `*` that a resource of its own took back.
    left = service({"allowed_principals": ["*"]}, {"allowed_principals": ["*"]})
    written = [configured(NAME, acceptance_required=True)]

    assert found(plan(left, change(BESIDE, PRINCIPAL, None), configuration=written)) == ["principal-removed"]


@pytest.mark.parametrize(
    ("further", "ids"),
    [
        ([], ["principal-removed"]),
        # Terraform may remove the principal after it has added it: the address says that, not the principal.
        (
            [change("aws_vpc_endpoint_service_allowed_principal.other", None, PRINCIPAL)],
            ["renamed-without-moved"],
        ),
    ],
)
def test_a_principal_that_another_resource_admits_is_not_removed(further, ids):
    open_before = service({"allowed_principals": ["*"]}, {"allowed_principals": ["*"]})

    assert found(plan(open_before, change(BESIDE, PRINCIPAL, None), *further)) == ids


def test_where_the_service_goes_too_its_principals_are_nothing_to_say():
    assert found(plan(service({}, False), change(BESIDE, PRINCIPAL, None))) == ["service-destroyed"]


SUBNETS = [
    change(f"aws_subnet.{zone}", values, values)
    for zone in "ab"
    if (values := {"id": f"subnet-{zone}", "availability_zone": zone, "owner_id": "1"})
]


def load_balancer(name, *subnets, after=None):
    values = {"id": name, "arn": name, "load_balancer_type": "network", "subnets": [*subnets]}
    return change(f"aws_lb.{name.removeprefix('arn:')}", values, values | {"subnets": after or [*subnets]})


@pytest.mark.parametrize(("others", "severity"), [(["subnet-a"], "warning"), (["subnet-b"], "blocking")])
def test_a_load_balancer_whose_zones_others_cover_is_only_warned_of(others, severity):
    lbs = [load_balancer("arn:lb", "subnet-a"), load_balancer("arn:other", *others)]
    finding = only(plan(service({}, {"network_load_balancer_arns": ["arn:other"]}), *lbs, *SUBNETS))

    assert (finding.rule.id, finding.severity) == ("service-load-balancer-removed", severity)


@pytest.mark.parametrize(
    ("modified", "ids"),
    [
        ({}, ["service-lacks-zone"]),
        # The provider does not modify the service's configuration for a tag.
        ({"tags": {"touched": "1"}}, ["service-lacks-zone"]),
        ({"supported_regions": ["a", "b"]}, []),
    ],
)
def test_a_zone_added_to_the_load_balancer_needs_the_service_modified(modified, ids):
    lb = load_balancer("arn:lb", "subnet-a", after=["subnet-a", "subnet-b"])

    assert found(plan(service({}, modified), lb, *SUBNETS)) == ids


@pytest.mark.parametrize(
    ("after", "ids"),
    [
        (["subnet-a"], []),
        (["subnet-b"], ["service-lacks-zone"]),
        (["subnet-a", "subnet-a2"], ["service-lacks-zone"]),
    ],
)
def test_only_a_zone_that_the_load_balancer_did_not_have_is_new(after, ids):
    second = {"id": "subnet-a2", "availability_zone": "c", "owner_id": "1"}
    lb = load_balancer("arn:lb", "subnet-a", after=after)

    assert found(plan(service(), lb, *SUBNETS, change("aws_subnet.a2", second, second))) == ids


def test_a_load_balancer_that_is_replaced_or_not_of_a_service_lacks_no_zone():
    values = {"id": "arn:lb", "arn": "arn:lb", "load_balancer_type": "network", "subnets": ["subnet-a"]}
    more = values | {"subnets": ["subnet-a", "subnet-b"]}
    replaced = change("aws_lb.lb", values, more, replaced_by=("name",))
    apart = service({"network_load_balancer_arns": []}, {"network_load_balancer_arns": []})

    assert found(plan(service(), replaced, *SUBNETS)) == ["load-balancer-replaced"]
    assert found(plan(apart, change("aws_lb.lb", values, more), *SUBNETS)) == []


@pytest.mark.parametrize("new", ["network_load_balancer_arns", "gateway_load_balancer_arns"])
def test_load_balancers_of_one_kind_that_are_unknown_do_not_hide_that_one_of_the_other_is_removed(new):
    old = ({"network_load_balancer_arns", "gateway_load_balancer_arns"} - {new}).pop()
    made = service(
        {"network_load_balancer_arns": [], old: ["arn:lb"]},
        {"network_load_balancer_arns": [], old: []},
        unknown={new: True},
    )

    assert [each.attribute for each in findings(plan(made))] == [old]


def test_a_zone_that_the_plan_does_not_know_is_said_to_be_so():
    (finding,) = reviewed(plan(service(), load_balancer("arn:lb", "s-1", after=["s-1", "s-2"]))).findings

    assert finding.because == "the plan does not show which zone"


def test_a_value_that_is_left_out_of_the_configuration_is_kept():
    kept = {"private_dns_name": "a.example"}
    left_out = [configured(NAME, acceptance_required=True, allowed_principals=[])]
    written = [configured(NAME, allowed_principals=[], private_dns_name="a.example")]

    assert found(plan(service(kept, kept), configuration=left_out)) == ["omitted-value-kept"]
    assert found(plan(service(kept, kept), configuration=written)) == []
    assert found(plan(service(), configuration=left_out)) == []


@pytest.mark.parametrize(("regions", "ids"), [(["a"], []), (["a", "b"], ["omitted-value-kept"])])
def test_a_service_of_one_region_lists_it_whether_written_or_not(regions, ids):
    left_out = [configured(NAME, acceptance_required=True, allowed_principals=[])]
    kept = {"supported_regions": regions}

    assert found(plan(service(kept, kept), configuration=left_out)) == ids


def test_principals_that_neither_the_service_nor_a_resource_has_are_kept():
    kept = {"allowed_principals": ["arn:a", "arn:b"]}
    left_out = [configured(NAME, acceptance_required=True)]
    of_a, of_b = (PRINCIPAL | {"id": arn, "principal_arn": arn} for arn in ("arn:a", "arn:b"))
    created = change(f"{BESIDE}_a", None, of_a)

    finding = only(plan(service(kept, kept), created, configuration=left_out))
    assert (finding.rule.id, finding.because) == ("omitted-value-kept", "kept: arn:b")
    both = plan(service(kept, kept), created, change(f"{BESIDE}_b", of_b, of_b), configuration=left_out)
    assert found(both) == []


def test_a_load_balancer_of_another_service_covers_nothing():
    lbs = [load_balancer("arn:lb", "subnet-a"), load_balancer("arn:other", "subnet-a")]
    second = {"id": "vpce-svc-2", "network_load_balancer_arns": ["arn:other"]}
    other = change("aws_vpc_endpoint_service.second", second, second)
    finding = only(plan(service({}, {"network_load_balancer_arns": ["arn:other"]}), other, *lbs, *SUBNETS))

    assert (finding.rule.id, finding.severity) == ("service-load-balancer-removed", "blocking")
    assert finding.because.startswith("its consumers reach the targets of another service")
