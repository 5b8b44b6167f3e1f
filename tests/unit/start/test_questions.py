"""What is asked, and which answers are refused."""

import pytest

from privatelink.start.questions import KINDS, QUESTIONS, Question, WrongAnswerError, check_answer
from privatelink.start.templates import TEMPLATES


def question(kind: str, name: str) -> Question:
    return next(each for each in QUESTIONS[kind] if each.name == name)


def test_every_kind_has_questions_and_a_template() -> None:
    assert KINDS.keys() == QUESTIONS.keys() == TEMPLATES.keys()


@pytest.mark.parametrize(
    ("kind", "name", "values", "message"),
    [
        ("service", "name", ["Shop"], 'malformed name: "Shop"'),
        ("service", "name", ["internal-x"], "load balancer name that starts with internal-"),
        ("service", "region", ["korea"], 'malformed region: "korea"'),
        ("service", "vpc-id", ["vpc-1"], 'malformed VPC id: "vpc-1"'),
        ("service", "subnet", ["us-east-1a"], 'malformed pair: "us-east-1a"'),
        ("service", "subnet", ["=subnet-0a1b2c3d"], 'malformed pair: "=subnet-0a1b2c3d"'),
        ("service", "subnet", ["eu-west-1a=subnet-0a1b2c3d"], 'zone belongs to another region: "eu-west-1a"'),
        (
            "service",
            "subnet",
            ["us-east-1a=subnet-0a1b2c3d", "us-east-1a=subnet-0a1b2c3e"],
            "key given twice",
        ),
        ("service", "instance", ["blue=x"], 'malformed instance id: "x"'),
        ("service", "instance", ["Blue=i-0a1b2c3d"], 'malformed name: "Blue"'),
        ("service", "security-group", ["sg"], 'malformed security group id: "sg"'),
        ("service", "port", ["http"], "must be a whole number, not text"),
        ("service", "port", ["0"], "port out of range: 0"),
        ("service", "port", ["80", "81"], "2 values"),
        ("service", "account", ["12"], "malformed principal"),
        ("consumer", "service-name", ["com.amazonaws.us-east-1.s3"], "malformed service name"),
        ("consumer", "cidr", ["10.0.0.0"], 'CIDR mask is missing: "10.0.0.0"'),
        ("consumer", "port", ["80", "80"], "port listed twice"),
        ("both", "zones", ["us-east-1a", "use1-az1"], "zone names mixed with AZ IDs"),
        ("both", "zones", ["us-east-1a", "us-east-1a"], "zone listed twice"),
    ],
)
def test_a_wrong_answer_is_refused_in_the_topologys_words(
    kind: str, name: str, values: list[str], message: str
) -> None:
    before = {} if name == "region" or kind == "consumer" else {"region": ["us-east-1"]}
    with pytest.raises(WrongAnswerError) as error:
        check_answer(kind, question(kind, name), before | {name: values})
    assert str(error.value).startswith(message)
    assert "\n  allowed: " in str(error.value)
    assert "\n  fix: " in str(error.value)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_first_answer_alone_can_be_right(kind: str) -> None:
    check_answer(kind, question(kind, "name"), {"name": ["shop"]})


def test_zones_are_compared_with_the_services_region() -> None:
    before = {"name": ["x"], "service-name": ["com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d"], "vpc-id": []}
    zones = question("consumer", "zones")
    check_answer("consumer", zones, before | {"zones": ["eu-west-1a"]})
    with pytest.raises(WrongAnswerError, match="zone belongs to another region"):
        check_answer("consumer", zones, before | {"zones": ["us-east-1a"]})


def test_instances_and_addresses_together_are_refused() -> None:
    both = {"region": ["us-east-1"], "instance": ["a=i-0a1b2c3d"], "address": ["b=10.0.0.1"]}
    with pytest.raises(WrongAnswerError, match="instances and addresses together"):
        check_answer("service", question("service", "address"), both)


def test_an_option_says_what_may_be_given_instead() -> None:
    assert question("consumer", "zones").option == "--zones ZONE,ZONE (or --vpc-id and --subnet)"
    assert question("service", "name").option == "--name NAME"
