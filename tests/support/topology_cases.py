"""Cases of a topology: right ones, and what is said of wrong ones: plain values, files and single values."""

import pytest
from pydantic import TypeAdapter, ValidationError

from privatelink.rule import YAML
from privatelink.topology.broken import BROKEN
from privatelink.topology.file import TopologyError, parse
from privatelink.topology.model import Topology
from tests.support.provider_side import with_service
from tests.support.written import written

FILE = """\
name: shop
tags: {team: platform}
service:
  region: ap-northeast-2
  network:
    cidr: 10.10.0.0/16
    zones: [ap-northeast-2a, ap-northeast-2c]
  backends:
    text: "SVR {zone}"
    port: 80
  load_balancer:
    name: ELB-Pub
    scheme: internet-facing
  listeners:
    - port: 80
    - port: 443
  acceptance: manual
  allowed_principals: [arn:aws:iam::123456789012:root]
consumers:
  client:
    network:
      cidr: 10.20.0.0/16
      zones: [ap-northeast-2a, ap-northeast-2c]
    endpoint:
      zones: [ap-northeast-2a]
"""
"""Both sides, for one change by a case."""

FILE_WITHOUT_A_SERVICE = """\
name: shop
consumers:
  client:
    service_name: com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0
    network: {cidr: 10.20.0.0/16, zones: [us-east-1a]}
    endpoint: {ports: [80]}
"""
"""A consumer of a service that is not in the file."""


def made(**service):
    """The model of the small topology with other fields of the service."""
    return Topology.model_validate(with_service(**service))


def every_network(topology):
    return [
        *(service.network for service in topology.every_service.values() if service.network),
        *(consumer.network for consumer in topology.consumers.values()),
    ]


def check_right(topology):
    """A topology in plain values is right, and so is the file of it."""
    assert parse(written(topology)) == Topology.model_validate(topology)


def refused(text):
    with pytest.raises(TopologyError) as error:
        parse(text, "topology.yaml")
    return error.value


def only(text):
    (problem,) = refused(text).problems
    return problem


def problem_at(topology, field):
    """The problem that a topology in plain values has at a field, with a place, what is allowed and a fix."""
    error = refused(written(topology))
    found = {problem.field: problem for problem in error.problems}
    assert field in found, error
    problem = found[field]
    assert problem.line
    assert problem.allowed
    assert problem.fix
    return problem


def check_broken(topology, field, rule, words=()):
    """A topology in plain values breaks a rule at a field, and the message has these words."""
    problem = problem_at(topology, field)
    assert problem.rule == rule
    for word in words:
        assert word in str(problem)


def place_of(text, mark):
    """Give the line and column of the only occurrence of `mark`."""
    assert text.count(mark) == 1, mark
    before = text[: text.index(mark)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def check_change(text, change, field, rule, words=()):
    """Change a file's text in one place: what is replaced, by what, and the text at which the problem is.

    The one problem is of this field, breaks this rule and has these words.
    """
    old, new, mark = change
    assert text.count(old) == 1
    changed = text.replace(old, new)
    problem = only(changed)
    assert (problem.field, problem.rule) == (field, rule)
    assert (problem.line, problem.column) == place_of(changed, mark)
    message = str(problem)
    place = f"topology.yaml:{problem.line}:{problem.column}: "
    assert message.startswith(f"{place}{field}: " if field else place)
    for word in words:
        assert word in message


def check_wording(error):
    """A terminal can show it, nothing is left unsaid, and it is in words of this project."""
    text = str(error)
    text.encode()
    assert error.problems
    for problem in error.problems:
        assert problem.what
        assert problem.allowed
        assert problem.fix
    for foreign in (
        "Input should be",
        "Field required",
        "Extra inputs",
        "pydantic",
        "another value",
        "Traceback",
    ):
        assert foreign not in text


def accepted(kind, value):
    """What a kind of value makes of one that is right."""
    return TypeAdapter(kind).validate_python(value)


def broken_rule(kind, value):
    """The one rule of a kind that a value breaks, as it was broken; its message is complete."""
    with pytest.raises(ValidationError) as error:
        TypeAdapter(kind).validate_python(value)
    ((kind_of_error, broken),) = [
        (found["type"], found["ctx"]["broken"]) for found in error.value.errors(include_url=False)
    ]
    assert kind_of_error == BROKEN
    (case,) = broken
    message = case.message(YAML)
    assert message.what
    assert message.allowed
    assert message.fix
    return case


def check_value_broken(kind, value, rule, words=()):
    """A value breaks a rule of its kind, and the message has these words."""
    broken = broken_rule(kind, value)
    assert broken.rule.id == rule
    for word in words:
        assert word in str(broken.message(YAML))
