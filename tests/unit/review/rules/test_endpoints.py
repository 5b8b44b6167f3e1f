"""Interface endpoints and their VPC: what cuts the clients off, and what only looks like it."""

import pytest

from tests.support.plan_facts import change, configured, plan
from tests.support.rule_findings import found, only

ENDPOINT = {
    "id": "vpce-1", "vpc_endpoint_type": "Interface", "service_name": "com.amazonaws.vpce.r.vpce-svc-1",
    "vpc_id": "vpc-1", "subnet_ids": ["subnet-a", "subnet-b"], "private_dns_enabled": False,
}  # fmt: skip
NAME = "aws_vpc_endpoint.e"
SUBNETS = [
    change(f"aws_subnet.{name}", values, values)
    for name, zone in (("a", "a"), ("b", "b"), ("c", "a"))
    if (values := {"id": f"subnet-{name}", "availability_zone": zone, "owner_id": "1"})
]


def endpoint(before=None, after=None, **further):
    had = None if before is False else ENDPOINT | (before or {})
    return change(NAME, had, None if after is False else ENDPOINT | (after or {}), **further)


@pytest.mark.parametrize(
    ("before", "after", "ids"),
    [
        ({}, {}, []),
        ({}, False, ["endpoint-destroyed"]),
        ({"private_dns_enabled": True}, {}, ["endpoint-private-dns-off"]),
        ({"ip_address_type": "dualstack"}, {"ip_address_type": "ipv4"}, ["ip-type-dropped"]),
        ({"ip_address_type": "ipv4"}, {"ip_address_type": "dualstack"}, []),
        ({"ip_address_type": "ipv4"}, {"ip_address_type": "ipv6"}, ["ip-type-dropped"]),
        ({"ip_address_type": None}, {"ip_address_type": "ipv6"}, []),
        ({"tags": {}}, {"tags": {"a": "b"}}, []),
    ],
)
def test_what_changes_of_an_endpoint_is_found(before, after, ids):
    assert found(plan(endpoint(before, after))) == ids


@pytest.mark.parametrize("kind", ["Gateway", None])
def test_an_endpoint_without_addresses_is_not_looked_at(kind):
    assert found(plan(change(NAME, ENDPOINT | {"vpc_endpoint_type": kind}, None))) == []


def test_each_attribute_that_forces_a_replacement_is_a_finding():
    made = endpoint({}, {"vpc_id": "vpc-2", "service_name": "x"}, replaced_by=("vpc_id", "service_name"))

    assert found(plan(made)) == ["endpoint-replaced"]
    assert found(plan(endpoint({}, {"tags": {}}, replaced_by=()))) == []


def test_an_old_object_of_an_endpoint_is_no_endpoint_destroyed():
    assert found(plan(endpoint({}, False, deposed="abc"))) == []


@pytest.mark.parametrize(
    ("subnets", "because"),
    [
        (["subnet-a"], "removed: b"),
        (["subnet-a", "subnet-b", "subnet-c"], None),
        (["subnet-elsewhere"], "the plan does not show which zone"),
        (["subnet-elsewhere", "subnet-b", "subnet-a"], None),
    ],
)
def test_an_endpoint_loses_a_zone_where_no_subnet_of_it_is_left(subnets, because):
    made = plan(endpoint({}, {"subnet_ids": subnets}), *SUBNETS)

    assert found(made) == (["endpoint-loses-zone"] if because else [])
    assert because is None or (only(made).because, only(made).severity) == (because, "blocking")


def test_a_subnet_that_is_exchanged_for_one_of_an_unknown_zone_is_a_warning():
    finding = only(plan(endpoint({}, {"subnet_ids": ["subnet-elsewhere", "subnet-b"]}), *SUBNETS))

    assert (finding.rule.id, finding.severity) == ("endpoint-loses-zone", "warning")
    assert finding.because == "the plan does not show the zone of subnet-a"


def named(*zones):
    """The DNS names of an endpoint in these zones."""
    names = ["vpce-1-2.vpce-svc-1.r.vpce.amazonaws.com", "api.example.com"]
    names += [f"vpce-1-2-{zone}.vpce-svc-1.r.vpce.amazonaws.com" for zone in zones]
    return {"dns_entry": [{"dns_name": name, "hosted_zone_id": "Z"} for name in names]}


@pytest.mark.parametrize(
    ("zones", "because"),
    [
        (("b", "c"), "removed: c"),
        (("a", "b"), None),
        (("c", "d"), "removed: c, d"),
        ((), "the plan does not show the zone of subnet-x"),
        # AZ IDs, in another Region than that of the service; the plan does not show those of the subnets.
        (("use1-az1", "use1-az2"), "the plan does not show the zone of subnet-x"),
    ],
)
def test_the_names_of_an_endpoint_tell_zones_of_subnets_that_are_no_longer_read(zones, because):
    before = {"subnet_ids": ["subnet-x", "subnet-b"]} | named(*zones)
    made = plan(endpoint(before, before | {"subnet_ids": ["subnet-a", "subnet-b"]}), *SUBNETS)

    assert found(made) == (["endpoint-loses-zone"] if because else [])
    assert because is None or only(made).because == because


def test_names_with_az_ids_tell_zones_too():
    subnets = [
        change(f"aws_subnet.{name}", values, values)
        for name, zone in (("a", "use1-az1"), ("b", "use1-az2"))
        if (values := {"id": f"subnet-{name}", "availability_zone": name, "availability_zone_id": zone})
    ]
    before = {"subnet_ids": ["subnet-x", "subnet-b"]} | named("use1-az2", "use1-az6")
    made = plan(endpoint(before, before | {"subnet_ids": ["subnet-a", "subnet-b"]}), *subnets)

    assert only(made).because == "removed: use1-az6"


def test_subnets_that_only_the_apply_will_tell_lose_no_zone():
    made = endpoint({}, {"subnet_ids": None}, unknown={"subnet_ids": True})

    assert found(plan(made, *SUBNETS)) == []


def test_private_dns_switched_off_by_a_resource_of_its_own():
    on, off = (
        {"id": "x", "vpc_endpoint_id": "vpce-1", "private_dns_enabled": value} for value in (True, False)
    )

    assert found(plan(change("aws_vpc_endpoint_private_dns.e", on, off))) == ["endpoint-private-dns-off"]
    assert found(plan(change("aws_vpc_endpoint_private_dns.e", off, on))) == []


SERVICE = {"id": "s", "service_name": ENDPOINT["service_name"], "acceptance_required": True}
ON = {"private_dns_enabled": True}


@pytest.mark.parametrize(
    ("made", "service", "severity"),
    [
        (endpoint(False, ON), SERVICE, "blocking"),
        (endpoint(False, ON), SERVICE | {"acceptance_required": False}, None),
        (endpoint(False, ON), None, "warning"),
        (endpoint(False, ON | {"auto_accept": True}), SERVICE, None),
        (endpoint(False, ON | {"service_name": "com.amazonaws.r.s3"}), None, None),
        (endpoint({"state": "pendingAcceptance"}, ON), None, "blocking"),
        (endpoint({"state": "available"}, ON), SERVICE, None),
    ],
)
def test_private_dns_before_the_connection_is_accepted(made, service, severity):
    changes = [made, *([change("aws_vpc_endpoint_service.s", service, service)] if service else [])]

    assert found(plan(*changes)) == (["private-dns-before-acceptance"] if severity else [])
    assert severity is None or only(plan(*changes)).severity == severity


DNS = {"id": "vpc-1", "enable_dns_support": True, "enable_dns_hostnames": True}


@pytest.mark.parametrize("name", ["enable_dns_support", "enable_dns_hostnames"])
def test_dns_of_a_vpc_matters_where_an_endpoint_is_in_it(name):
    off = change("aws_vpc.v", DNS, DNS | {name: False})
    gateway = change(NAME, values := ENDPOINT | {"vpc_endpoint_type": "Gateway"}, values)
    named = endpoint(ON, ON)

    assert found(plan(off, named)) == ["vpc-dns-off"]
    assert found(plan(off, gateway)) == []
    assert found(plan(off)) == []
    assert found(plan(change("aws_vpc.v", DNS | {name: False}, DNS | {name: False}), named)) == []


@pytest.mark.parametrize(
    ("name", "ids"), [("enable_dns_support", ["vpc-dns-off"]), ("enable_dns_hostnames", [])]
)
def test_dns_hostnames_are_only_for_private_names(name, ids):
    off = change("aws_vpc.v", DNS, DNS | {name: False})
    zone = {"id": "Z1", "name": "corp", "vpc": [{"vpc_id": "vpc-1"}]}
    separate = {"id": "x", "vpc_endpoint_id": "vpce-1", "private_dns_enabled": True}

    assert found(plan(off, endpoint())) == ids
    assert found(plan(off, endpoint(), change("aws_route53_zone.z", zone, zone))) == ["vpc-dns-off"]
    by_resource = change("aws_vpc_endpoint_private_dns.e", separate, separate)
    assert found(plan(off, endpoint(), by_resource)) == ["vpc-dns-off"]


def test_a_zone_goes_with_a_separate_association_of_its_subnet():
    association = {"id": "x", "vpc_endpoint_id": "vpce-1", "subnet_id": "subnet-b"}
    one = {"subnet_ids": ["subnet-a"]}
    gone = change("aws_vpc_endpoint_subnet_association.b", association, None)

    finding = only(plan(endpoint(one, one), gone, *SUBNETS))
    assert (finding.rule.id, finding.because) == ("endpoint-loses-zone", "removed: b")
    assert finding.change.type == "aws_vpc_endpoint_subnet_association"
    # The endpoint has the subnet itself.
    assert found(plan(endpoint(), gone, *SUBNETS)) == []


def test_the_subnets_of_the_last_refresh_do_not_hide_an_association_that_goes():
    association = {"id": "x", "vpc_endpoint_id": "vpce-1", "subnet_id": "subnet-b"}
    gone = change("aws_vpc_endpoint_subnet_association.b", association, None)
    left_out = [configured(NAME, vpc_id=["aws_vpc.v"], private_dns_enabled=False)]

    assert found(plan(endpoint(), gone, *SUBNETS, configuration=left_out)) == ["endpoint-loses-zone"]


def addressed(address):
    return {"subnet_configuration": [{"subnet_id": "subnet-a", "ipv4": address}]}


@pytest.mark.parametrize(
    ("before", "after", "because"),
    [
        (
            {},
            {"subnet_ids": ["subnet-c", "subnet-b"]},
            "another subnet in a: aws_subnet.c instead of aws_subnet.a",
        ),
        (addressed("10.0.0.5"), addressed("10.0.0.9"), "10.0.0.9 instead of 10.0.0.5"),
        (addressed("10.0.0.5"), addressed("10.0.0.5") | {"tags": {"a": "b"}}, None),
        # The plan does not show the new address.
        (addressed("10.0.0.5"), addressed(None), None),
        (addressed(None), addressed("10.0.0.5"), None),
    ],
)
def test_an_address_of_an_endpoint_changes_within_a_zone(before, after, because):
    made = plan(endpoint(before, after), *SUBNETS)

    assert found(made) == (["endpoint-address-changed"] if because else [])
    assert because is None or only(made).because == because


@pytest.mark.parametrize(
    ("before", "after", "severity"),
    [
        ({}, {"enable_dns_support": False}, "warning"),
        ({}, {"enable_dns_hostnames": False}, "warning"),
        ({}, {"tags": {"a": "b"}}, None),
        # Without DNS hostnames, the VPC does not resolve private hosted zones.
        ({"enable_dns_hostnames": False}, {"enable_dns_hostnames": False, "enable_dns_support": False}, None),
    ],
)
@pytest.mark.parametrize("record", ["vpce-1-abc.vpce-svc-1.r.vpce.amazonaws.com", "web.example"])
def test_a_vpc_without_endpoints_needs_dns_for_names_that_lead_to_one(before, after, severity, record):
    vpc = {"id": "vpc-2", "enable_dns_support": True, "enable_dns_hostnames": True}
    zone = {"id": "z", "name": "corp.example", "vpc": [{"vpc_id": "vpc-2"}]}
    name = {"id": "n", "zone_id": "z", "name": "a.corp.example", "records": [record]}
    made = plan(
        change("aws_vpc.spoke", vpc | before, vpc | after),
        change("aws_route53_zone.z", zone, zone),
        change("aws_route53_record.n", name, name),
        endpoint(),
    )
    matters = severity is not None and "vpce-1" in record

    assert found(made) == (["vpc-dns-off"] if matters else [])
    if matters:
        assert only(made).severity == severity
        assert "aws_vpc.spoke no longer resolves corp.example" in only(made).because
