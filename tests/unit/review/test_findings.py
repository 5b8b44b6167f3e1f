"""The review as a whole: no finding on any example, what counts, and how it is summed up."""

import json
import re

import pytest

from privatelink.review.findings import review, verdict
from tests.support.generated import FOLDER
from tests.support.plan_facts import as_document, as_plan, change, committed, plan, renamed, reviewed

EXAMPLES = sorted(FOLDER.iterdir())
each_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
REFERENCE = re.compile(r"\$\{(?:join\([^,]*, \[)?((?:data\.)?[\w-]+\.[\w-]+(?:\.[\w\[\]\"-]+)*)")


def is_unknown(value):
    return isinstance(value, str) and "${" in value


def known(value):
    """Values as a plan has them: what refers to something to be made is null."""
    if isinstance(value, dict):
        return {key: known(item) for key, item in value.items()}
    if isinstance(value, list):
        return [known(item) for item in value]
    return None if is_unknown(value) else value


def unknown(value):
    if isinstance(value, dict):
        return {key: unknown(item) for key, item in value.items() if item not in (None, [], {})}
    return [unknown(item) for item in value] if isinstance(value, list) else is_unknown(value)


def expression(value):
    if isinstance(value, dict):
        return {key: expression(item) for key, item in value.items()}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [expression(item) for item in value]
    references = REFERENCE.findall(json.dumps(value))
    return {"references": references} if references else {"constant_value": value}


def plans(example, *, applied):
    """Every stack as a plan: of its first apply, or of the one after it."""
    for stack, configuration in json.loads(example.read_text()).items():
        changes, resources = [], []
        for kind, named in configuration.get("resource", {}).items():
            for name, body in named.items():
                values = {key: item for key, item in body.items() if key not in ("lifecycle", "depends_on")}
                place = {"address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name}
                after = known(values)
                change = {
                    "actions": ["no-op"] if applied else ["create"],
                    "before": after if applied else None,
                    "after": after,
                    "after_unknown": {} if applied else unknown(values) | {"id": True, "arn": True},
                }
                changes.append(place | {"change": change})
                resources.append(place | {"expressions": {key: expression(v) for key, v in values.items()}})
        root = {"root_module": {"resources": resources}}
        yield as_plan(as_document(*changes, configuration=root), stack)


@each_example
@pytest.mark.parametrize("applied", [False, True], ids=["first", "no-op"])
def test_no_finding(example, applied):
    found = review([*plans(example, applied=applied)])

    assert [(finding.rule.id, finding.change.address) for finding in found.findings] == []


@each_example
def test_what_hangs_together_is_found_before_it_exists(example):
    found = review([*plans(example, applied=False)])

    for lb in found.worlds.after.network_load_balancers():
        listeners = found.worlds.after.leading_to(lb, "aws_lb_listener", "load_balancer_arn")
        assert listeners, lb.address
        assert found.worlds.after.leading_to(lb, "aws_vpc_endpoint_service", "network_load_balancer_arns")


BLOCK, REPLACED = "blocking", "load-balancer-replaced"


@pytest.mark.parametrize(
    ("names", "policy", "said", "exit_code"),
    [
        (["nothing-changes"], {}, "No finding in 1 plan", 0),
        (["acceptance-off"], {}, "Nothing blocking: 1 warning in 1 plan", 0),
        (["load-balancer-renamed"], {}, "Do not apply: 1 blocking in 1 plan", 1),
        (["acceptance-off"], {"severity": {"acceptance-switched-off": "blocking"}},
         "Do not apply: 1 blocking in 1 plan", 1),
        (["acceptance-off"], {"severity": {"acceptance-switched-off": "warning"}},
         "Nothing blocking: 1 warning in 1 plan", 0),
        (["load-balancer-renamed"], {"severity": {"load-balancer-replaced": "note"}},
         "Nothing blocking: 1 note in 1 plan; severity of 1 lowered by the policy", 0),
        (["load-balancer-renamed"], {"accepted": [
            {"rule": "load-balancer-replaced", "address": "*", "reason": "r", "until": "2999-01-01"}
        ]}, "No finding in 1 plan; 1 accepted", 0),
    ],
)  # fmt: skip
def test_the_verdict_counts_what_is_open(names, policy, said, exit_code):
    found = reviewed(*map(committed, names), **policy)

    assert verdict(found) == said
    assert found.exit_code == exit_code


def test_the_gravest_is_first_and_rules_keep_their_order():
    endpoint = {"id": "e", "vpc_endpoint_type": "Interface", "vpc_endpoint_id": "x"}
    made = plan(
        change("aws_vpc_endpoint.e", endpoint, None),
        *renamed(2),
        change("aws_vpc_endpoint_service.s", {"id": "s"}, None),
    )

    assert [(each.severity, each.rule.id) for each in reviewed(made).findings] == [
        ("blocking", "service-destroyed"), ("blocking", "private-dns-name-changed"),
        ("blocking", "private-dns-name-changed"), ("warning", "endpoint-destroyed"),
    ]  # fmt: skip


def test_a_finding_of_the_whole_resource_says_that_it_exists():
    (finding,) = reviewed(plan(change("aws_vpc_endpoint_service.s", {"id": "s"}, None))).findings

    assert (finding.attribute, finding.before, finding.after) == ("", "exists", "(none)")


def test_an_acceptance_that_holds_goes_before_one_that_has_expired():
    acceptance = {"rule": "private-dns-name-changed", "address": "*", "reason": "r"}
    accepted = [acceptance | {"until": "2000-01-01"}, acceptance | {"until": "2999-01-01"}]
    (finding,) = (found := reviewed(plan(*renamed()), accepted=accepted)).findings

    assert (str(finding.accepted.until), finding.expired) == ("2999-01-01", None)
    assert (found.open, found.accepted, found.exit_code) == ([], [finding], 0)
    assert [str(each.until) for each in found.unused] == ["2000-01-01"]


def test_what_is_particular_here_follows_the_rules_own_words():
    (finding,) = reviewed(committed("load-balancer-renamed")).findings

    assert finding.consequence == f"{finding.rule.consequence} (AWS cannot change the name)"


# A service alone, and what its only path is: its target group has no target in the plans.
LB = {"id": "arn:lb", "arn": "arn:lb", "load_balancer_type": "network", "subnets": ["subnet-1"]}
ALONE = [
    change(address, values, values)
    for address, values in {
        "aws_vpc_endpoint_service.s": {
            "id": "s",
            "service_name": "s",
            "network_load_balancer_arns": ["arn:lb"],
        },
        "aws_lb.l": LB,
        "aws_subnet.a": {"id": "subnet-1", "availability_zone": "a"},
        "aws_lb_listener.l": {"id": "l", "load_balancer_arn": "arn:lb", "port": 443, "protocol": "TCP"}
        | {"default_action": [{"type": "forward", "target_group_arn": "arn:tg"}]},
        "aws_lb_target_group.t": {"id": "arn:tg", "arn": "arn:tg", "port": 443},
    }.items()
]


@pytest.mark.parametrize(("strict", "exit_code"), [(False, 0), (True, 1)])
def test_no_finding_is_said_only_if_every_path_was_followed(strict, exit_code):
    found = review([plan(*ALONE)], strict=strict)

    assert (found.findings, found.verdict, found.exit_code) == ([], "not determined", exit_code)
    assert verdict(found) == "Not determined: 1 of 1 paths in 1 plan"
    assert [path.after.why for path in found.undetermined] == ["targets: not in these plans"]
    assert found.outside[0].startswith("endpoint connections: ")


@pytest.mark.parametrize("strict", [False, True])
def test_every_path_that_was_followed_to_a_target_is_open(strict):
    found = review([committed("nothing-changes")], strict=strict)

    assert (found.verdict, found.exit_code) == ("open", 0)
    assert [path.state("after") for path in found.paths] == ["open"] * len(found.paths) != []


def test_a_plan_without_privatelink_has_no_path_and_no_word_about_consumers():
    vpc = {"id": "vpc-1", "enable_dns_support": True}
    found = review([plan(change("aws_vpc.v", vpc, vpc | {"enable_dns_support": False}))], strict=True)

    assert (found.verdict, found.exit_code, found.outside) == ("no PrivateLink", 0, ())


def test_a_path_that_was_unknown_is_left_out_if_a_finding_names_what_closes_it():
    listener = ALONE[3]["change"]["before"]
    gone = change("aws_lb_listener.l", listener, None)
    found = review([plan(*ALONE[:3], gone, ALONE[4])])

    assert [each.rule.id for each in found.findings] == ["listener-destroyed"]
    assert [path.state("after") for path in found.paths] == ["broken"]
    assert found.verdict == "blocked"


def test_a_path_that_was_unknown_and_is_closed_for_certain_blocks_without_another_finding():
    empty = LB | {
        "security_groups": ["sg-1"],
        "enforce_security_group_inbound_rules_on_private_link_traffic": "on",
    }
    opened = {
        "id": "sg-1",
        "ingress": [{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}],
    }
    shut = change("aws_security_group.g", opened, opened | {"ingress": []})
    made = [ALONE[0], change("aws_lb.l", empty, empty), *ALONE[2:], shut]
    found = review([plan(*made)])

    assert "blocking" in {each.severity for each in found.findings}
    assert [(path.state("before"), path.state("after"), path.lost) for path in found.paths] == [
        ("unknown", "broken", True)
    ]
