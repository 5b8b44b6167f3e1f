"""What AWS fixes, compared with AWS's own service models, which botocore brings along."""

import functools
import re
from typing import get_args

import pytest
from botocore.loaders import Loader

from privatelink import facts
from tests.support.project import PROJECT

NAMES = sorted(name for name in vars(facts) if re.fullmatch("[A-Z][A-Z0-9_]+|[A-Z][a-z]\\w+", name))
BORROWED = {"Mapping", "Partition", "IPv4Network", "IPv6Network", "Literal"}


@functools.cache
def shapes(service):
    return Loader().load_service_model(service, "service-2")["shapes"]


def values(service, shape):
    return set(shapes(service)[shape]["enum"])


def limits(service, shape):
    return shapes(service)[shape]["min"], shapes(service)[shape]["max"]


def test_partitions_are_those_of_botocore():
    found = Loader().load_data("partitions")["partitions"]

    plain = str.maketrans({"^": None, "$": None, "\\": None})
    assert {
        (
            each["id"],
            each["regionRegex"].replace(r"\w+", "[a-z]+").replace(r"\d+", "[0-9]+").translate(plain),
            each["outputs"]["dnsSuffix"],
            each["outputs"]["implicitGlobalRegion"],
        )
        for each in found
    } == {(each.id, each.regions, each.dns_suffix, each.global_region) for each in facts.PARTITIONS}


def test_a_region_belongs_to_one_partition():
    for partition in Loader().load_data("partitions")["partitions"]:
        for region in partition["regions"]:
            if not region.endswith("-global"):
                assert [each.id for each in facts.PARTITIONS if re.fullmatch(each.regions, region)] == [
                    partition["id"]
                ]


# The names of AWS that are meant, of all that AWS has for any kind of load balancer.
@pytest.mark.parametrize(
    ("names", "shape"),
    [
        (facts.IP_PROTOCOLS, "ProtocolEnum"),
        (get_args(facts.TlsTargetProtocol), "ProtocolEnum"),
        (get_args(facts.HealthCheckProtocol), "ProtocolEnum"),
        (get_args(facts.TargetType), "TargetTypeEnum"),
    ],
)
def test_names_of_load_balancers(names, shape):
    assert set(names) <= values("elbv2", shape)


@pytest.mark.parametrize(
    ("given", "shape"),
    [
        (facts.HEALTH_CHECK_INTERVAL_SECONDS, "HealthCheckIntervalSeconds"),
        (facts.HEALTH_CHECK_TIMEOUT_SECONDS, "HealthCheckTimeoutSeconds"),
        (facts.HEALTH_CHECK_THRESHOLD, "HealthCheckThresholdCount"),
        ((facts.FIRST_PORT, facts.LAST_PORT), "Port"),
        ((1, facts.LONGEST_TAG_KEY), "TagKey"),
        ((0, facts.LONGEST_TAG_VALUE), "TagValue"),
    ],
)
def test_limits_of_load_balancers(given, shape):
    assert given == limits("elbv2", shape)


def test_every_protocol_is_one_or_two_of_ip():
    assert facts.IP_PROTOCOLS["TCP_UDP"] == ("tcp", "udp")
    assert all(set(found) <= {"tcp", "udp"} for found in facts.IP_PROTOCOLS.values())
    assert facts.DATAGRAMS == ("UDP", "TCP_UDP")
    assert set(facts.IP_PROTOCOLS) == set(get_args(facts.ListenerProtocol))


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        (facts.IpAddressType, "IpAddressType"),
        (facts.AddressFamily, "ServiceConnectivityType"),
        (facts.DnsRecordIpType, "DnsRecordIpType"),
    ],
)
def test_types_of_addresses(kind, shape):
    assert set(get_args(kind)) == values("ec2", shape)


@pytest.mark.parametrize("table", [facts.ADDRESS_FAMILIES, facts.ENDPOINT_TYPES, facts.DNS_RECORD_IP_TYPES])
def test_tables_have_every_type_of_address(table):
    assert set(table) == set(get_args(facts.IpAddressType))


def test_states_of_connections():
    states = {state[:1].lower() + state[1:] for state in values("ec2", "State")}

    assert set(facts.CONNECTION_STATES) == states
    assert len(facts.CONNECTION_STATES) == len(states)


def test_events_of_connections():
    events = shapes("ec2")["CreateVpcEndpointConnectionNotificationRequest"]["members"]["ConnectionEvents"]

    assert set(facts.CONNECTION_EVENTS) == set(
        re.findall("<code>([A-Z][a-z]+)</code>", events["documentation"])
    )


def test_days_that_logs_are_kept():
    text = re.search("Possible values are: ([0-9, and]+)", shapes("logs")["Days"]["documentation"])

    assert list(facts.LOG_RETENTION_DAYS) == [int(days) for days in re.findall("[0-9]+", text[1])]


def test_topics_of_an_alarm():
    assert shapes("cloudwatch")["ResourceList"]["max"] == facts.MOST_ALARM_TOPICS


def test_reserved_addresses_are_the_first_four_and_the_last():
    assert facts.RESERVED_ADDRESSES == facts.RESERVED_AT_START + facts.RESERVED_AT_END == 5


@pytest.mark.parametrize("name", sorted(set(NAMES) - BORROWED))
def test_each_fact_is_used(name):
    own = PROJECT / "modules/privatelink/facts.py"
    files = [*(PROJECT / "modules").rglob("*.py"), *(PROJECT / "tools/module_generator").glob("*.py")]
    word = re.compile(rf"\b{name}\b")

    assert any(word.search(file.read_text(encoding="utf-8")) for file in files if file != own) or (
        len(word.findall(own.read_text(encoding="utf-8"))) > 1
    )
