"""ServiceAlarms: what is watched, at which limits, who is told."""

import pytest

from privatelink.constructs.alarms import ServiceAlarms
from privatelink.topology.rules.alarms import Alarms
from tests.support.provider_side import (
    ADDRESSES,
    APPLICATION,
    EXISTING,
    NETWORK,
    targets,
    with_service,
)
from tests.support.synth import resources, synth, synth_one
from tests.support.written import written

KIND = "aws_cloudwatch_metric_alarm"
TOPIC = "arn:aws:sns:ap-northeast-2:111122223333:on-call"
ENFORCING = {"allow_from": ["10.20.0.0/16"], "enforce_private_link_ingress": True}
ONLY_EXISTING = {"backends": None, "network": None, "existing_load_balancers": [NETWORK]}


def watched(*keys, blocked_flow_protocols=(), **settings):
    """The alarms of a service and of load balancers with these keys and a listener of port 80."""

    def build(stack):
        alarms = ServiceAlarms(
            stack, "alarms", name="a-provider", service_id="vpce-svc-1", settings=Alarms(**settings)
        )
        for key in keys:
            alarms.watch_load_balancer(
                key,
                arn_suffix=f"net/{key}/1",
                target_group_arn_suffixes={80: f"targetgroup/{key}/1"},
                blocked_flow_protocols=blocked_flow_protocols,
            )

    return resources(synth_one(build), KIND)


def of_topology(topology):
    """The alarms that a topology makes, by key, without the part of the address that they share."""
    (provider,) = (stack for name, stack in synth(written(topology)).items() if name.endswith("-provider"))
    return {name.partition("_")[2]: alarm for name, alarm in resources(provider, KIND).items()}


def alb_with(**alarms):
    """A service whose target is an Application Load Balancer, with alarms."""
    topology = targets(EXISTING, application_load_balancer=APPLICATION, listeners=[{"port": 53}])
    topology["service"]["alarms"] = alarms
    return topology


def test_none_unless_asked_for():
    assert of_topology(with_service()) == {}


def test_resets_are_counted_over_the_whole_service():
    alarm = watched()["alarms_resets"]

    assert (alarm["namespace"], alarm["metric_name"]) == ("AWS/PrivateLinkServices", "RstPacketsSent")
    assert alarm["dimensions"] == {"Service Id": "vpce-svc-1"}
    assert (alarm["statistic"], alarm["threshold"]) == ("Sum", 100)


def test_any_unhealthy_target_of_a_listener_for_three_minutes_is_told():
    alarm = watched("")["alarms_unhealthy-port-80"]

    assert (alarm["namespace"], alarm["metric_name"]) == ("AWS/NetworkELB", "UnHealthyHostCount")
    assert alarm["dimensions"] == {"LoadBalancer": "net//1", "TargetGroup": "targetgroup//1"}
    assert (alarm["statistic"], alarm["threshold"]) == ("Maximum", 1)
    assert alarm["comparison_operator"] == "GreaterThanOrEqualToThreshold"
    assert (alarm["period"], alarm["evaluation_periods"], alarm["datapoints_to_alarm"]) == (60, 3, 3)


def test_a_group_without_targets_is_neither_alarm_nor_all_clear_and_no_event_is_no_failure():
    missing = {
        key: alarm["treat_missing_data"] for key, alarm in watched("", blocked_flow_protocols=["tcp"]).items()
    }

    assert missing == {
        "alarms_unhealthy-port-80": "missing",
        "alarms_port-allocation-errors": "notBreaching",
        "alarms_blocked-tcp": "notBreaching",
        "alarms_resets": "notBreaching",
    }


def test_a_security_group_that_holds_consumers_is_watched_by_protocol():
    alarms = watched("", blocked_flow_protocols=["tcp", "udp"])

    for protocol in ("tcp", "udp"):
        alarm = alarms[f"alarms_blocked-{protocol}"]
        assert alarm["metric_name"] == f"SecurityGroupBlockedFlowCount_Inbound_{protocol.upper()}"
        assert alarm["dimensions"] == {"LoadBalancer": "net//1"}


def test_limits_are_the_files():
    alarms = watched(
        "",
        blocked_flow_protocols=["tcp"],
        minutes=7,
        unhealthy_targets=2,
        reset_packets=3,
        port_allocation_errors=4,
        blocked_flows=5,
    )

    assert {key: alarm["threshold"] for key, alarm in alarms.items()} == {
        "alarms_unhealthy-port-80": 2,
        "alarms_resets": 3,
        "alarms_port-allocation-errors": 4,
        "alarms_blocked-tcp": 5,
    }
    assert {alarm["evaluation_periods"] for alarm in alarms.values()} == {7}


@pytest.mark.parametrize("topics", [(), (TOPIC,)])
def test_topics_are_told_of_begin_and_end_and_what_is_left_out_is_written(topics):
    for alarm in watched("", topics=topics).values():
        assert alarm["actions_enabled"] is True
        assert alarm["alarm_actions"] == alarm["ok_actions"] == list(topics)
        assert alarm["insufficient_data_actions"] == []


def test_another_load_balancer_renames_nothing():
    one, two = (
        watched("blue", blocked_flow_protocols=["tcp"]),
        watched("green", "blue", blocked_flow_protocols=["tcp"]),
    )

    assert one.items() <= two.items()
    assert len({alarm["alarm_name"] for alarm in two.values()}) == len(two) == 7


def test_every_listener_of_every_load_balancer_is_watched():
    alarms = of_topology(
        with_service(
            listeners=[{"port": 80}, {"port": 8080}],
            load_balancers={"old": {}, "new": ENFORCING},
            alarms={"topics": [TOPIC]},
        )
    )

    assert set(alarms) == {
        "resets",
        *(f"unhealthy-{key}-port-{port}" for key in ("old", "new") for port in (80, 8080)),
        "port-allocation-errors-old",
        "port-allocation-errors-new",
        "blocked-tcp-new",
    }
    assert alarms["unhealthy-old-port-80"]["dimensions"] == {
        "LoadBalancer": "${aws_lb.load-balancer-old.arn_suffix}",
        "TargetGroup": "${aws_lb_target_group.load-balancer-old_port-80.arn_suffix}",
    }


def test_protocols_are_those_of_the_listeners():
    udp = targets(addresses=ADDRESSES, listeners=[{"port": 53, "protocol": "UDP"}])
    udp["service"] |= {"load_balancer": ENFORCING, "alarms": {}}

    assert set(of_topology(udp)) == {
        "resets",
        "unhealthy-port-53",
        "port-allocation-errors",
        "blocked-udp",
    }


def test_an_application_load_balancer_is_not_counted_by_aws_and_so_not_watched():
    assert set(of_topology(alb_with())) == {"resets", "port-allocation-errors"}


def test_of_load_balancers_that_exist_only_the_service_is_watched():
    topology = with_service(**ONLY_EXISTING, acceptance="managed", alarms={})

    assert set(of_topology(topology)) == {"resets"}
