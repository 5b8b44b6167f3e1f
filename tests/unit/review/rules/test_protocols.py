"""What clients and targets speak: narrowed, and what only looks like it."""

import pytest

from tests.support.plan_facts import change, configured, plan
from tests.support.rule_findings import found, only

LB = {"id": "arn:lb", "arn": "arn:lb", "load_balancer_type": "network"}
SERVICE = {"id": "s", "network_load_balancer_arns": ["arn:lb"]}
LISTENER = {
    "id": "arn:l", "arn": "arn:l", "load_balancer_arn": "arn:lb", "port": 443, "protocol": "TLS",
    "certificate_arn": "arn:c", "default_action": [{"target_group_arn": "arn:tg"}],
}  # fmt: skip
GROUP = {"id": "arn:tg", "arn": "arn:tg", "proxy_protocol_v2": False}
CERTIFICATE = {
    "id": "arn:c",
    "arn": "arn:c",
    "domain_name": "a.example",
    "subject_alternative_names": ["b.example"],
}


def same(address, values):
    return change(address, values, values)


def world(*changes, service=SERVICE, certificate=None):
    return plan(
        same("aws_lb.l", LB),
        same("aws_vpc_endpoint_service.s", service),
        certificate or same("aws_acm_certificate.c", CERTIFICATE),
        *changes,
    )


def listener(before, after):
    return change("aws_lb_listener.l", LISTENER | before, LISTENER | after)


@pytest.mark.parametrize(
    ("before", "after", "because"),
    [
        ("TLS13-1-2-2021-06", "TLS13-1-3-2021-06", "no longer: TLS 1.2"),
        ("TLS13-1-2-2021-06", "TLS-1-2-2017-01", "no longer: TLS 1.3"),
        ("2016-08", "TLS13-1-2-2021-06", "no longer: TLS 1.0, 1.1"),
        ("TLS-1-1-2017-01", "FS-1-2-2019-08", "no longer: TLS 1.1"),
        ("TLS13-1-2-2021-06", "TLS13-1-2-Res-2021-06", "fewer ciphers"),
        ("TLS13-1-2-Ext2-2021-06", "TLS13-1-2-2021-06", "fewer ciphers"),
        ("TLS-1-2-2017-01", "FS-1-2-2019-08", "fewer ciphers"),
        ("TLS13-1-2-2021-06", "TLS13-1-0-2021-06", None),
        ("TLS-1-2-2017-01", "TLS13-1-2-2021-06", None),
        ("TLS13-1-2-Res-2021-06", "TLS13-1-2-2021-06", None),
        ("TLS13-1-2-2021-06", "TLS13-1-2-2021-06", None),
    ],
)
def test_a_policy_with_fewer_versions_or_ciphers(before, after, because):
    policies = ({"ssl_policy": f"ELBSecurityPolicy-{name}", "tags": name} for name in (before, after))
    made = world(listener(*policies))

    assert found(made) == (["tls-policy-narrowed"] if because else [])
    assert because is None or only(made).because == because


@pytest.mark.parametrize(
    ("before", "after", "because"),
    [
        (None, "HTTP2Only", "no longer: http/1.1"),
        ("HTTP2Optional", "HTTP1Only", "no longer: h2"),
        ("HTTP1Only", "HTTP2Only", "no longer: http/1.1"),
        ("HTTP2Optional", "HTTP2Preferred", None),
        ("HTTP2Only", "HTTP2Optional", None),
        ("HTTP2Only", None, None),
        ("HTTP2Only", "None", None),
    ],
)
def test_fewer_protocols_to_negotiate(before, after, because):
    made = world(listener({"alpn_policy": before}, {"alpn_policy": after}))

    assert found(made) == (["alpn-narrowed"] if because else [])
    assert because is None or only(made).because == because


NEW = {"id": "arn:d", "arn": "arn:d"}
OTHER = {"certificate_arn": "arn:d"}


@pytest.mark.parametrize(
    ("names", "because"),
    [
        ({"domain_name": "a.example", "subject_alternative_names": []}, "no longer: b.example"),
        ({"domain_name": "c.example", "subject_alternative_names": []}, "no longer: a.example, b.example"),
        ({"domain_name": "*.example", "subject_alternative_names": []}, None),
        ({"domain_name": "B.example", "subject_alternative_names": ["a.example", "c.example"]}, None),
        ({"domain_name": "*.a.example", "subject_alternative_names": ["b.example"]}, "no longer: a.example"),
    ],
)
def test_another_certificate_with_fewer_names(names, because):
    made = world(listener({}, OTHER), same("aws_acm_certificate.d", NEW | names))

    assert found(made) == (["certificate-names-lost"] if because else [])
    assert because is None or only(made).because == because


def test_the_same_certificate_with_other_names_and_one_that_is_in_no_plan():
    replaced = change(
        "aws_acm_certificate.c", CERTIFICATE, CERTIFICATE | {"subject_alternative_names": []},
        replaced_by=("subject_alternative_names",),
    )  # fmt: skip
    made = world(same("aws_lb_listener.l", LISTENER), certificate=replaced)

    assert only(made).change.type == "aws_acm_certificate"
    assert found(world(listener({}, OTHER))) == []


NOT_YET = {"certificate_arn": True}


@pytest.mark.parametrize(
    ("written", "ids"),
    [({"domain_name": "a.example"}, ["certificate-names-lost"]), ({"subject_alternative_names": []}, [])],
)
def test_further_names_that_are_not_written_are_none(written, ids):
    new = {"domain_name": "a.example"}
    made = plan(
        same("aws_lb.l", LB), same("aws_vpc_endpoint_service.s", SERVICE),
        same("aws_acm_certificate.c", CERTIFICATE),
        change("aws_acm_certificate.d", None, new, unknown={"subject_alternative_names": True, "arn": True}),
        change("aws_lb_listener.l", LISTENER, LISTENER | {"certificate_arn": None}, unknown=NOT_YET),
        configuration=[
            configured("aws_acm_certificate.d", **written),
            configured("aws_lb_listener.l", certificate_arn=["aws_acm_certificate.d"]),
        ],
    )  # fmt: skip

    assert found(made) == ids


def test_a_further_certificate_that_goes_takes_its_names():
    more = {"id": "x", "listener_arn": "arn:l", "certificate_arn": "arn:d"}
    named = same("aws_acm_certificate.d", NEW | {"domain_name": "c.example", "subject_alternative_names": []})
    gone = change("aws_lb_listener_certificate.d", more, None)
    made = world(same("aws_lb_listener.l", LISTENER), named, gone)

    assert only(made).because == "no longer: c.example"
    assert only(made).change.type == "aws_lb_listener_certificate"
    kept = same("aws_lb_listener_certificate.d", more)
    assert found(world(same("aws_lb_listener.l", LISTENER), named, kept)) == []


@pytest.mark.parametrize("after", [True, False])
def test_proxy_protocol_of_a_target_group_in_use(after):
    group = change(
        "aws_lb_target_group.t",
        GROUP | {"proxy_protocol_v2": not after},
        GROUP | {"proxy_protocol_v2": after},
    )
    forwards = same("aws_lb_listener.l", LISTENER)

    assert found(world(group, forwards)) == ["proxy-protocol-changed"]
    assert found(world(group)) == []
    already = GROUP | {"proxy_protocol_v2": after}
    tagged = change("aws_lb_target_group.t", already, already | {"tags": {"a": "b"}})
    assert found(world(tagged, forwards)) == []


def test_without_a_service_on_the_load_balancer_nothing_is_to_say():
    elsewhere = SERVICE | {"network_load_balancer_arns": ["arn:other"]}
    changes = [
        listener({"alpn_policy": None}, {"alpn_policy": "HTTP2Only"}),
        change("aws_lb_target_group.t", GROUP, GROUP | {"proxy_protocol_v2": True}),
    ]

    assert found(world(*changes, service=elsewhere)) == []


@pytest.mark.parametrize(
    ("before", "after", "hit"), [(350, 60, True), (350, 350, False), (60, 350, False), (None, 60, False)]
)
def test_an_idle_timeout_that_gets_shorter(before, after, hit):
    name = "tcp_idle_timeout_seconds"
    made = world(listener({name: before}, {name: after, "tags": {"a": "b"}}))

    assert found(made) == (["idle-timeout-shortened"] if hit else [])
