"""Listeners and target groups: what stops answering."""

import pytest

from tests.support.plan_facts import change, plan
from tests.support.rule_findings import findings, found, only

LB = {"id": "arn:lb", "arn": "arn:lb", "load_balancer_type": "network"}
LISTENER = {
    "id": "arn:l", "load_balancer_arn": "arn:lb", "port": 443, "protocol": "TCP",
    "default_action": [{"target_group_arn": "arn:tg"}],
}  # fmt: skip
NAME = "aws_lb_listener.l"
SERVICE = {"id": "s", "network_load_balancer_arns": ["arn:lb"]}
OTHER = LISTENER | {"id": "arn:other", "default_action": [{"target_group_arn": "arn:other"}]}
STAYS = change("aws_vpc_endpoint_service.s", SERVICE, SERVICE)


def lb(kind="network", after=True, **further):
    values = LB | {"load_balancer_type": kind}
    return change("aws_lb.l", values, values | {"tags": {}} if after else None, **further)


@pytest.mark.parametrize(
    ("after", "ids"),
    [
        ({}, []),
        ({"port": 8443}, ["listener-changed"]),
        ({"protocol": "TLS"}, ["listener-changed"]),
        ({"tags": {"a": "b"}}, []),
    ],
)
@pytest.mark.parametrize("name", [NAME, "aws_alb_listener.l"])
def test_port_and_protocol_of_a_listener_block(name, after, ids):
    made = plan(lb(), STAYS, change(name, LISTENER, LISTENER | after))

    assert [(each.rule.id, each.severity) for each in findings(made)] == [(each, "blocking") for each in ids]


@pytest.mark.parametrize(
    ("service", "severity"),
    [
        (STAYS, "blocking"),
        # The plans do not show whether a service uses the load balancer.
        (change(STAYS["address"], SERVICE, SERVICE | {"network_load_balancer_arns": None},
                unknown={"network_load_balancer_arns": True}), "blocking"),
        (change("aws_vpc_endpoint.e", values := {"vpc_endpoint_type": "Interface"}, values), "warning"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("after", [None, LISTENER | {"port": 8443}])
def test_a_listener_blocks_if_a_service_uses_its_load_balancer_before(service, severity, after):
    assert only(plan(lb(), service, change(NAME, LISTENER, after))).severity == severity


def test_a_listener_of_an_application_load_balancer_is_not_looked_at():
    made = change(NAME, LISTENER, LISTENER | {"port": 8443})

    assert found(plan(lb("application"), made)) == []
    assert found(plan(lb("application"), change(NAME, LISTENER, None))) == []


@pytest.mark.parametrize(("protocol", "ids"), [("TCP", ["listener-changed"]), ("HTTP", []), ("HTTPS", [])])
def test_of_a_load_balancer_that_no_plan_holds_the_protocol_tells_its_kind(protocol, ids):
    before = LISTENER | {"protocol": protocol}

    changed = change(NAME, before, before | {"port": 8443})
    endpoint = change("aws_vpc_endpoint.e", values := {"vpc_endpoint_type": "Interface"}, values)

    assert found(plan(changed, endpoint)) == ids
    if ids:
        assert only(plan(changed, endpoint)).severity == "warning"


def test_without_privatelink_in_the_plans_a_listener_is_nothing_to_say():
    moved = change(NAME, LISTENER, LISTENER | {"port": 8443})

    assert found(plan(lb(), moved)) == []
    assert found(plan(lb(), change(NAME, LISTENER, None))) == []
    other = SERVICE | {"network_load_balancer_arns": ["arn:other"]}
    assert found(plan(lb(), moved, change("aws_vpc_endpoint_service.s", other, other))) == []


def test_a_listener_that_is_made_or_not_known_yet_changes_nothing():
    assert found(plan(lb(), STAYS, change(NAME, None, LISTENER))) == []


@pytest.mark.parametrize(
    ("further", "ids"),
    [
        ([], ["listener-destroyed"]),
        ([change("aws_lb_listener.other", None, OTHER)], []),
        # The same arguments: AWS refuses the second listener of a port, until the first is gone.
        (
            [change("aws_lb_listener.other", None, LISTENER | {"id": "arn:l"})],
            ["renamed-without-moved"],
        ),
        ([change("aws_lb_listener.other", None, LISTENER | {"id": "o", "port": 80})], ["listener-destroyed"]),
        ([change("aws_lb_listener.other", None, OTHER | {"port": 8443})], ["listener-destroyed"]),
        ([change("aws_lb_listener.other", None, OTHER | {"protocol": "UDP"})], ["listener-destroyed"]),
        ([change("aws_lb_listener.other", None, LISTENER | {"protocol": "TLS"})], ["listener-destroyed"]),
    ],
)  # fmt: skip
def test_a_listener_destroyed_blocks_unless_another_has_its_port(further, ids):
    assert found(plan(lb(), STAYS, change(NAME, LISTENER, None), *further)) == ids


def test_where_the_load_balancer_goes_too_that_is_what_is_told():
    assert found(plan(lb(after=False), STAYS, change(NAME, LISTENER, None))) == ["load-balancer-destroyed"]
    replaced = lb(replaced_by=("name",))
    assert found(plan(replaced, STAYS, change(NAME, LISTENER, None))) == ["load-balancer-replaced"]


def test_a_listener_moved_to_another_load_balancer_is_destroyed():
    moved = change(
        NAME, LISTENER, LISTENER | {"load_balancer_arn": "arn:b"}, replaced_by=("load_balancer_arn",)
    )

    assert found(plan(lb(), STAYS, moved)) == ["listener-destroyed"]


GROUP = {"id": "arn:tg", "arn": "arn:tg", "port": 443}
FORWARD = {"default_action": [{"forward": [{"target_group": [{"arn": "arn:tg"}]}]}]}


@pytest.mark.parametrize("name", ["aws_lb_target_group.t", "aws_alb_target_group.t"])
@pytest.mark.parametrize(
    ("listener", "ids"),
    [
        (LISTENER, ["target-group-replaced"]),
        (LISTENER | FORWARD, ["target-group-replaced"]),
        (LISTENER | {"default_action": []}, []),
    ],
)
def test_a_target_group_replaced_blocks_where_a_listener_forwards_to_it(name, listener, ids):
    replaced = change(name, GROUP, GROUP | {"port": 80}, replaced_by=("port",))

    assert found(plan(lb(), STAYS, change(NAME, listener, listener), replaced)) == ids


GROUPS = [
    change(f"aws_lb_target_group.{name}", values, values)
    for name in ("tg", "green", "new")
    if (values := {"id": f"arn:{name}", "arn": f"arn:{name}"})
]
SECOND = {"id": "arn:second", "arn": "arn:second", "load_balancer_type": "network"}
SECOND_SERVICE = {"id": "s2", "network_load_balancer_arns": ["arn:second"]}


def forwards(*names, of=LISTENER):
    groups = [{"arn": f"arn:{name}", "weight": 1} for name in names]
    return of | {"default_action": [{"type": "forward", "forward": [{"target_group": groups}]}]}


@pytest.mark.parametrize(
    ("after", "second", "severity"),
    [
        (["green"], True, "blocking"),
        # A listener for tests has the next targets already.
        (["green"], False, "note"),
        (["new"], True, None),
        (["tg", "green"], True, None),
        ([], True, None),
    ],
)
def test_a_listener_that_forwards_to_the_targets_of_another_one(after, second, severity):
    other = forwards(
        "green", of=OTHER | {"port": 444, "load_balancer_arn": "arn:second" if second else "arn:lb"}
    )
    made = plan(
        lb(), STAYS, change(NAME, forwards("tg"), forwards(*after)),
        change("aws_lb_listener.other", other, other),
        change("aws_lb.second", SECOND, SECOND),
        change("aws_vpc_endpoint_service.second", SECOND_SERVICE, SECOND_SERVICE), *GROUPS,
    )  # fmt: skip

    assert found(made) == (["listener-forwards-elsewhere"] if severity else [])
    if severity:
        assert only(made).severity == severity
        assert only(made).because == "aws_lb_target_group.green has the targets of aws_lb_listener.other"


ALB = {"id": "arn:alb", "arn": "arn:alb", "load_balancer_type": "application"}
TO_ALB = {"id": "x", "target_group_arn": "arn:tg", "target_id": "arn:alb"}
WEB = {
    "id": "arn:web-l", "load_balancer_arn": "arn:alb", "port": 443, "protocol": "HTTP",
    "default_action": [{"type": "forward", "target_group_arn": "arn:web"}],
}  # fmt: skip
ANSWER = [{"type": "fixed-response", "fixed_response": [{"status_code": "404"}]}]
SIGN_IN = [{"type": "authenticate-oidc"}]
HEADER = {"http_header": [{"http_header_name": "x", "values": ["1"]}]}
NO_MATCH = "requests that it no longer matches get the default action"


def path(*values):
    return {"path_pattern": [{"values": [*values]}], "host_header": []}


RULE = {
    "id": "arn:rule", "listener_arn": "arn:web-l", "priority": 1, "condition": [path("/api/*")],
    "action": [{"type": "forward", "target_group_arn": "arn:web"}],
}  # fmt: skip


def application(*changes, web=None, after=None):
    web = WEB | (web or {})
    groups = [{"id": f"arn:{name}", "arn": f"arn:{name}"} for name in ("tg", "web", "more")]
    return plan(
        lb(), STAYS, change(NAME, LISTENER, LISTENER), change("aws_lb.alb", ALB, ALB),
        change("aws_lb_target_group_attachment.a", TO_ALB, TO_ALB),
        change("aws_lb_listener.web", web, web | (after or {})),
        *(change(f"aws_lb_target_group.{each['id'][4:]}", each, each) for each in groups), *changes,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("after", "ids"),
    [
        ({"protocol": "HTTPS"}, ["listener-changed"]),
        ({"tags": {"a": "b"}}, []),
        ({"default_action": [*SIGN_IN, *WEB["default_action"]]}, ["application-rule-changed"]),
    ],
)
def test_a_listener_behind_a_service_speaks_another_protocol(after, ids):
    assert found(application(after=after)) == ids


@pytest.mark.parametrize(
    ("default", "before", "after", "because"),
    [
        (ANSWER, RULE, None, "its requests get the default action"),
        (WEB["default_action"], RULE, None, None),
        (ANSWER, RULE, RULE | {"priority": 9}, None),
        (ANSWER, RULE, RULE | {"condition": [path("/api/*", "/v2/*")]}, None),
        (
            ANSWER,
            RULE,
            RULE | {"condition": [path("/v2/*")]},
            "requests that it no longer matches get the default action",
        ),
        (WEB["default_action"], RULE, RULE | {"condition": [path("/v2/*")]}, None),
        (
            ANSWER,
            RULE,
            RULE
            | {"condition": [path("/api/*"), {"http_header": [{"http_header_name": "x", "values": ["1"]}]}]},
            "requests that it no longer matches get the default action",
        ),
        (WEB["default_action"], None, RULE, None),
        (WEB["default_action"], None, RULE | {"action": ANSWER}, "it forwards no request"),
        (WEB["default_action"], RULE, RULE | {"action": ANSWER}, "it forwards no request"),
        (
            WEB["default_action"],
            None,
            RULE | {"action": [*SIGN_IN, *RULE["action"]]},
            "clients must sign in first",
        ),
        # A rule that answers by itself, and does so for fewer requests.
        (
            WEB["default_action"],
            RULE | {"action": ANSWER, "condition": [path("/api/*", "/v2/*")]},
            RULE | {"action": ANSWER},
            None,
        ),
        (
            WEB["default_action"],
            RULE | {"action": ANSWER},
            RULE | {"action": ANSWER, "condition": [path("/api/*", "/v2/*")]},
            "it forwards no request",
        ),
        (WEB["default_action"], RULE | {"action": ANSWER}, None, None),
    ],
)
def test_a_listener_rule_behind_a_service_diverts_requests(default, before, after, because):
    more = {"id": "more", "listener_arn": "arn:web-l", "action": [{"target_group_arn": "arn:more"}]}
    made = application(
        change("aws_lb_listener_rule.r", before, after),
        change("aws_lb_listener_rule.more", more, more),
        web={"default_action": default},
    )

    assert found(made) == (["application-rule-changed"] if because else [])
    assert because is None or only(made).because == because


@pytest.mark.parametrize(
    ("listener", "ids"),
    [
        (change(NAME, LISTENER, LISTENER | {"default_action": [{"target_group_arn": "arn:new"}]}), True),
        (change(NAME, LISTENER, LISTENER), True),
        (change(NAME, LISTENER, None), False),
    ],
)
def test_a_target_group_is_destroyed_under_a_listener_that_stays(listener, ids):
    group = change("aws_lb_target_group.tg", {"id": "arn:tg", "arn": "arn:tg"}, None)

    assert ("target-group-replaced" in found(plan(lb(), STAYS, listener, group))) is ids
