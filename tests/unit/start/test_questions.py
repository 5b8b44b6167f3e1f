"""What is asked, and which answers are refused."""

import pytest

from privatelink.start.questions import KINDS, QUESTIONS, Question, WrongAnswerError, check_answer
from privatelink.start.templates import TEMPLATES


def question(kind: str, name: str) -> Question:
    return next(each for each in QUESTIONS[kind] if each.name == name)


def test_every_kind_has_questions_and_a_template() -> None:
    assert KINDS.keys() == QUESTIONS.keys() == TEMPLATES.keys()


@pytest.mark.parametrize(
    ("kind", "name", "values", "given", "rule"),
    [
        ("service", "name", ["Shop"], '"Shop"', "name"),
        ("service", "name", ["internal-x"], '"internal-x-nlb"', "nlb-name-default"),
        ("service", "region", ["korea"], '"korea"', "region-name"),
        ("service", "vpc-id", ["vpc-1"], '"vpc-1"', "vpc-id"),
        ("service", "subnet", ["eu-west-1a=subnet-0a1b2c3d"], '"eu-west-1a"', "zone-region"),
        ("service", "instance", ["blue=x"], '"x"', "instance-id"),
        ("service", "instance", ["Blue=i-0a1b2c3d"], '"Blue"', "name"),
        ("service", "security-group", ["sg"], '"sg"', "security-group-id"),
        ("service", "port", ["http"], '"http"', "value-type"),
        ("service", "port", ["0"], "0", "port-range"),
        ("service", "account", ["12"], '"arn:aws:iam::12:root"', "principal-arn"),
        ("consumer", "service-name", ["com.amazonaws.us-east-1.s3"], "us-east-1.s3", "service-name"),
        ("consumer", "cidr", ["10.0.0.0"], '"10.0.0.0"', "cidr-prefix-missing"),
        ("consumer", "port", ["80", "80"], "80", "list-duplicate"),
        ("endpoints", "endpoint", ["Ssm=com.amazonaws.us-east-1.ssm"], '"Ssm"', "name"),
        ("endpoints", "endpoint", ["ssm=ssm"], '"ssm"', "endpoint-service-name"),
        ("endpoints", "region", ["korea"], '"korea"', "region-name"),
        ("both", "zones", ["us-east-1a", "use1-az1"], "use1-az1", "zone-names-and-ids"),
        ("both", "zones", ["us-east-1a", "us-east-1a"], '"us-east-1a"', "list-duplicate"),
    ],
)
def test_an_answer_that_breaks_a_rule_of_topologies_is_refused_by_it(
    kind: str, name: str, values: list[str], given: str, rule: str
) -> None:
    before = {} if name == "region" or kind in ("consumer", "endpoints") else {"region": ["us-east-1"]}
    with pytest.raises(WrongAnswerError) as error:
        check_answer(kind, question(kind, name), before | {name: values})
    first, allowed, fix = str(error.value).splitlines()
    assert given in first
    assert first.endswith(f" [{rule}]")
    assert allowed.startswith("  allowed: ")
    assert fix.startswith("  fix: ")


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("subnet", ["us-east-1a"], 'malformed pair: "us-east-1a"'),
        ("subnet", ["=subnet-0a1b2c3d"], 'malformed pair: "=subnet-0a1b2c3d"'),
        (
            "subnet",
            ["us-east-1a=subnet-0a1b2c3d", "us-east-1a=subnet-0a1b2c3e"],
            'key is given twice: "us-east-1a"',
        ),
        ("port", ["80", "81"], "too many values: 2"),
    ],
)
def test_an_answer_of_the_wrong_form_is_refused(name: str, values: list[str], message: str) -> None:
    with pytest.raises(WrongAnswerError) as error:
        check_answer("service", question("service", name), {"region": ["us-east-1"], name: values})
    assert str(error.value).startswith(f"{message}\n  allowed: ")
    assert "\n  fix: " in str(error.value)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_first_answer_alone_can_be_right(kind: str) -> None:
    check_answer(kind, question(kind, "name"), {"name": ["shop"]})


def test_zones_are_compared_with_the_services_region() -> None:
    before = {"name": ["x"], "service-name": ["com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d"], "vpc-id": []}
    zones = question("consumer", "zones")
    check_answer("consumer", zones, before | {"zones": ["eu-west-1a"]})
    with pytest.raises(WrongAnswerError, match=r'"us-east-1a" \[zone-region\]'):
        check_answer("consumer", zones, before | {"zones": ["us-east-1a"]})


def test_ports_are_asked_for_services_of_other_owners_only() -> None:
    port = question("endpoints", "port")
    assert not port.applies({"endpoint": ["ssm=com.amazonaws.us-east-1.ssm"]})
    assert port.applies({"endpoint": ["a=com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"]})


def test_instances_and_addresses_together_are_refused() -> None:
    both = {"region": ["us-east-1"], "instance": ["a=i-0a1b2c3d"], "address": ["b=10.0.0.1"]}
    with pytest.raises(WrongAnswerError, match=r"\[target-type\]"):
        check_answer("service", question("service", "address"), both)


def test_an_option_says_what_may_be_given_instead() -> None:
    assert question("consumer", "zones").option == "--zones ZONE,ZONE (or --vpc-id and --subnet)"
    assert question("service", "name").option == "--name NAME"
