"""Names that lead to endpoints: removed, pointed elsewhere, or no longer asked for where the clients are."""

import pytest

from tests.support.plan_facts import change, configured, plan
from tests.support.rule_findings import found, only

NAME = "vpce-0a-1b.vpce-svc-1.ap-northeast-2.vpce.amazonaws.com"
OTHER_NAME = "vpce-0b-2c.vpce-svc-1.ap-northeast-2.vpce.amazonaws.com"
ENDPOINT = {
    "id": "vpce-0a", "vpc_endpoint_type": "Interface", "service_name": "s", "vpc_id": "vpc-1",
    "dns_entry": [{"dns_name": NAME}], "subnet_configuration": [{"ipv4": "10.0.0.4"}],
}  # fmt: skip
SECOND = ENDPOINT | {"id": "vpce-0b", "dns_entry": [{"dns_name": OTHER_NAME}], "subnet_configuration": []}
ZONE = {"id": "Z1", "zone_id": "Z1", "name": "corp.example", "vpc": [{"vpc_id": "vpc-1"}]}
RECORD = {"id": "r", "zone_id": "Z1", "name": "shop.corp.example", "type": "CNAME", "records": [NAME]}
VPC = {"id": "vpc-1", "cidr_block": "10.0.0.0/16"}
SPOKE = {"id": "vpc-2", "cidr_block": "10.1.0.0/16"}


def same(address, values):
    return change(address, values, values)


def world(*changes, endpoint=None):
    return plan(
        endpoint or same("aws_vpc_endpoint.e", ENDPOINT),
        same("aws_vpc_endpoint.f", SECOND),
        same("aws_vpc.v", VPC),
        same("aws_vpc.spoke", SPOKE),
        *changes,
    )


def record(after, before=None, address="aws_route53_record.r", **further):
    return change(address, RECORD | (before or {}), after if after is None else RECORD | after, **further)


ALIAS = {"records": [], "alias": [{"name": NAME, "zone_id": "Z9"}]}
ADDRESS = {"type": "A", "records": ["10.0.0.4"]}


@pytest.mark.parametrize("before", [{}, ALIAS, ADDRESS, {"records": [NAME.upper()]}])
def test_a_record_of_an_endpoint_that_goes_blocks(before):
    finding = only(world(same("aws_route53_zone.z", ZONE), record(None, before)))

    assert (finding.rule.id, finding.severity) == ("dns-record-lost", "blocking")
    assert finding.because == "the name is shop.corp.example"
    assert finding.attribute == ("alias" if before == ALIAS else "records")


@pytest.mark.parametrize(
    ("after", "severity"),
    [
        ({"records": ["old.example"]}, "blocking"),
        ({"name": "other.corp.example"}, "blocking"),
        ({"ttl": 60}, None),
        # A zonal name, an address or an alias of the same endpoint.
        ({"records": [NAME.replace("-1b.", "-1b-ap-northeast-2a.")]}, None),
        (ADDRESS, None),
        (ALIAS, None),
        # Another endpoint of the same service.
        ({"records": [OTHER_NAME]}, None),
        # An endpoint that is in no plan may be of any service.
        ({"records": [NAME.replace("vpce-0a", "vpce-0c")]}, "warning"),
    ],
)
def test_a_record_changed_matters_if_the_name_leads_elsewhere(after, severity):
    made = world(same("aws_route53_zone.z", ZONE), record(after))

    assert found(made) == (["dns-record-lost"] if severity else [])
    assert severity is None or only(made).severity == severity


def test_another_record_of_the_name_or_a_wildcard_keeps_it():
    wildcard = RECORD | {"id": "w", "name": "*.corp.example"}

    assert found(world(record(None), same("aws_route53_record.w", wildcard))) == []
    split = RECORD | {"id": "x", "set_identifier": "x"}
    assert found(world(record(None), same("aws_route53_record.x", split))) == []
    assert found(world(record(None), same("aws_route53_record.w", wildcard | {"name": "*.other"}))) == [
        "dns-record-lost"
    ]


def test_a_relative_name_is_that_in_its_zone():
    new = change("aws_route53_record.n", None, RECORD | {"id": None, "name": "shop", "ttl": 5})

    assert found(world(same("aws_route53_zone.z", ZONE), record(None), new)) == []


def test_where_the_endpoint_goes_too_or_the_new_value_is_unknown_a_record_is_nothing_to_say():
    gone = change("aws_vpc_endpoint.e", ENDPOINT, None)
    assert found(world(record(None), endpoint=gone)) == ["endpoint-destroyed"]
    assert found(world(record({"records": None}, unknown={"records": True}))) == []
    # It never led to an endpoint.
    assert found(world(record(None, {"records": ["old.example"]}))) == []


ASSOCIATION = {"id": "a", "zone_id": "Z1", "vpc_id": "vpc-2"}


ASSOCIATED = same("aws_route53_zone_association.a", ASSOCIATION)


def zone(after, associated=ASSOCIATED, **unknown):
    changed = change("aws_route53_zone.z", ZONE, ZONE | after, unknown=unknown)
    return world(changed, same("aws_route53_record.r", RECORD), associated)


def test_the_vpc_of_the_endpoint_leaves_the_zone():
    finding = only(zone({"vpc": []}))

    assert (finding.rule.id, finding.severity, finding.attribute) == (
        "hosted-zone-left-vpc", "blocking", "vpc"
    )  # fmt: skip
    assert finding.because == "aws_vpc.v no longer resolves corp.example"
    assert found(zone({"vpc": [{"vpc_id": "vpc-2"}]})) == ["hosted-zone-left-vpc"]
    assert found(zone({"comment": "a"})) == []
    assert found(zone({"vpc": [{}]}, vpc=[{"vpc_id": True}])) == []


def test_another_vpc_leaves_the_zone():
    gone = change("aws_route53_zone_association.a", ASSOCIATION, None)
    finding = only(zone({}, associated=gone))

    assert (finding.rule.id, finding.severity) == ("hosted-zone-left-vpc", "warning")
    assert finding.change.type == "aws_route53_zone_association"
    # The zone takes it over, or the VPC goes too.
    assert found(zone({"vpc": [{"vpc_id": "vpc-1"}, {"vpc_id": "vpc-2"}]}, associated=gone)) == []
    leaving = plan(
        same("aws_vpc_endpoint.e", ENDPOINT), same("aws_route53_zone.z", ZONE),
        same("aws_route53_record.r", RECORD), change("aws_vpc.spoke", SPOKE, None), gone,
    )  # fmt: skip
    assert found(leaving) == []


def test_the_zone_has_the_vpcs_of_the_last_refresh_and_those_of_associations_among_them():
    both = ZONE | {"vpc": [{"vpc_id": "vpc-1"}, {"vpc_id": "vpc-2"}]}
    gone = change("aws_route53_zone_association.a", ASSOCIATION, None)
    again = change("aws_route53_zone_association.b", None, ASSOCIATION | {"id": None, "owning_account": "1"})
    leads = same("aws_route53_record.r", RECORD)

    assert found(world(same("aws_route53_zone.z", both), leads, gone)) == ["hosted-zone-left-vpc"]
    assert found(world(same("aws_route53_zone.z", both), leads, ASSOCIATED)) == []
    assert "hosted-zone-left-vpc" not in found(world(same("aws_route53_zone.z", both), leads, gone, again))


def test_a_zone_without_names_of_endpoints_is_not_looked_at():
    gone = change("aws_route53_zone_association.a", ASSOCIATION, None)

    assert found(world(same("aws_route53_zone.z", ZONE), gone)) == []


RULE = {
    "id": "rr", "domain_name": "corp.example", "rule_type": "FORWARD", "target_ip": [{"ip": "10.9.0.2"}],
}  # fmt: skip
LINK = {"id": "l", "resolver_rule_id": "rr", "vpc_id": "vpc-2"}


def resolver(*changes, rule=None):
    leads = same("aws_route53_record.r", RECORD)
    return world(rule or same("aws_route53_resolver_rule.r", RULE), leads, *changes)


@pytest.mark.parametrize("domain", ["corp.example", "example.", "."])
def test_forwarding_of_an_endpoints_name_ends(domain):
    gone = change("aws_route53_resolver_rule_association.l", LINK, None)
    rule = RULE | {"domain_name": domain}

    assert found(resolver(gone, rule=same("aws_route53_resolver_rule.r", rule))) == ["resolver-rule-lost"]
    assert found(resolver(rule=change("aws_route53_resolver_rule.r", rule, None))) == ["resolver-rule-lost"]


@pytest.mark.parametrize("rule", [{"domain_name": "other.example"}, {"rule_type": "SYSTEM"}])
def test_other_domains_and_the_resolvers_own_rules_do_not_matter(rule):
    gone = change("aws_route53_resolver_rule_association.l", LINK, None)

    assert found(resolver(gone, rule=same("aws_route53_resolver_rule.r", RULE | rule))) == []


def test_a_rule_that_forwards_elsewhere_and_one_that_only_has_another_name():
    moved = change("aws_route53_resolver_rule.r", RULE, RULE | {"target_ip": [{"ip": "10.9.0.3"}]})
    named = change("aws_route53_resolver_rule.r", RULE, RULE | {"name": "corp"})

    assert only(resolver(rule=moved)).attribute == "target_ip"
    assert found(resolver(rule=named)) == []


def test_a_rule_in_no_plan_may_be_for_any_domain():
    gone = change("aws_route53_resolver_rule_association.l", LINK | {"resolver_rule_id": "elsewhere"}, None)

    assert only(world(gone)).because == "the plans do not show its domain"
    assert found(plan(gone)) == []


def test_a_deposed_rule_and_one_that_stays_are_nothing_to_say():
    gone = change("aws_route53_resolver_rule_association.l", LINK, None, deposed="abc")
    kept = same("aws_route53_resolver_rule_association.l", LINK)

    assert found(resolver(gone)) == []
    assert found(resolver(kept)) == []


def test_an_association_with_another_address_keeps_forwarding():
    gone = change("aws_route53_resolver_rule_association.l", LINK, None)
    again = change("aws_route53_resolver_rule_association.m", None, LINK | {"id": None})

    assert found(resolver(gone, again)) == []


OPTIONS = {"id": "d1", "domain_name_servers": ["AmazonProvidedDNS"]}
CORPORATE = {"id": "d2", "domain_name_servers": ["10.9.0.2"]}
USED = {"id": "u", "vpc_id": "vpc-1", "dhcp_options_id": "d1"}
_OPTIONS = "aws_vpc_dhcp_options"


def servers(association, *options):
    return world(
        *(options or [same(f"{_OPTIONS}.a", OPTIONS), same(f"{_OPTIONS}.b", CORPORATE)]), association
    )


def test_other_dns_servers_for_a_vpc_with_an_endpoint():
    association = "aws_vpc_dhcp_options_association.a"
    finding = only(servers(change(association, USED, USED | {"dhcp_options_id": "d2"})))

    assert (finding.rule.id, finding.attribute, finding.before, finding.after) == (
        "vpc-resolver-changed", "dhcp_options_id", "AmazonProvidedDNS", "10.9.0.2"
    )  # fmt: skip
    assert found(servers(change(association, None, USED | {"dhcp_options_id": "d2"}))) == [finding.rule.id]
    assert found(servers(change(association, USED | {"dhcp_options_id": "d2"}, None))) == [finding.rule.id]
    # The default options have Amazon's servers as well.
    assert found(servers(change(association, USED, None))) == []
    assert found(servers(change(association, None, USED))) == []
    assert found(servers(change(association, USED, USED | {"dhcp_options_id": "elsewhere"}))) == []


def test_the_same_options_with_other_servers():
    changed = change(f"{_OPTIONS}.a", OPTIONS, OPTIONS | {"domain_name_servers": ["10.9.0.2"]})
    more = change(f"{_OPTIONS}.a", OPTIONS, OPTIONS | {"ntp_servers": ["10.9.0.2"]})
    used = same("aws_vpc_dhcp_options_association.a", USED)

    finding = only(servers(used, changed))
    assert (finding.change.type, finding.attribute) == (_OPTIONS, "domain_name_servers")
    assert found(servers(used, more)) == []
    # No endpoint is in the VPC, or none with a name.
    apart = same("aws_vpc_dhcp_options_association.a", USED | {"vpc_id": "vpc-2"})
    assert found(servers(apart, changed)) == []
    gateway = same("aws_vpc_endpoint.g", {"id": "vpce-g", "vpc_endpoint_type": "Gateway", "vpc_id": "vpc-2"})
    assert found(servers(apart, changed, gateway)) == []


def test_a_record_that_will_lead_to_another_new_resource_no_longer_leads_to_an_endpoint():
    follows = record({"records": [None]}, unknown={"records": [True]})
    refers = [configured("aws_route53_record.r", records=["aws_lb.new.dns_name", "aws_lb.new"])]
    new = change(
        "aws_lb.new", None, {"load_balancer_type": "network"}, unknown={"id": True, "dns_name": True}
    )
    made = plan(same("aws_vpc_endpoint.e", ENDPOINT), follows, new, configuration=refers)

    assert (only(made).rule.id, only(made).severity) == ("dns-record-lost", "blocking")


def test_a_record_that_will_lead_to_a_new_endpoint_by_reference_still_leads_to_one():
    replaced = change(
        "aws_vpc_endpoint.e", ENDPOINT, ENDPOINT | {"id": None}, unknown={"id": True}, replaced_by=("vpc_id",)
    )
    follows = record({"records": [None]}, unknown={"records": [True]})
    refers = [
        configured("aws_route53_record.r", records=["aws_vpc_endpoint.e.dns_entry", "aws_vpc_endpoint.e"])
    ]
    made = plan(replaced, follows, configuration=refers)

    assert found(made) == ["endpoint-replaced"]
