"""Resource policies of buckets and topics: whether they allow an AWS service.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
Supports principal, action, resource and the common condition operators.
"""

import fnmatch
import json
from collections.abc import Mapping, Sequence
from typing import NotRequired, TypeAlias, TypedDict, TypeVar

Context = Mapping[str, str]
"""The values of the condition keys of a request; keys are in lower case."""


T = TypeVar("T")
Strings: TypeAlias = str | list[str]


class Statement(TypedDict):
    """A statement of a policy."""

    Effect: str
    Principal: NotRequired[str | dict[str, Strings]]
    Action: NotRequired[Strings]
    Resource: NotRequired[Strings]
    Condition: NotRequired[dict[str, dict[str, str | bool | list[str | bool]]]]


class Document(TypedDict):
    """A policy."""

    Statement: NotRequired[Statement | list[Statement]]


def admits(policy: str | None, service: str, action: str, resource: str, context: Context) -> bool:
    """Return whether a service principal is allowed an action: a statement allows it and none denies it."""
    if not policy:
        return False
    document: Document = json.loads(policy)
    statements = _listed(document.get("Statement", []))
    effects = {
        statement["Effect"]
        for statement in statements
        if _applies(statement, service, action, resource, context)
    }
    return effects == {"Allow"}


def _applies(statement: Statement, service: str, action: str, resource: str, context: Context) -> bool:
    principal = statement.get("Principal")
    everyone = principal == "*" or (isinstance(principal, dict) and "*" in _listed(principal.get("AWS", [])))
    named = isinstance(principal, dict) and service in _listed(principal.get("Service", []))
    return (
        (everyone or named)
        and any(_like(action.lower(), wanted.lower()) for wanted in _listed(statement.get("Action", [])))
        and any(_like(resource, wanted) for wanted in _listed(statement.get("Resource", [])))
        and all(
            _holds(operator, key.lower(), _listed(values), context)
            for operator, conditions in statement.get("Condition", {}).items()
            for key, values in conditions.items()
        )
    )


def _holds(operator: str, key: str, wanted: Sequence[str | bool], context: Context) -> bool:
    """Evaluate one condition; for a missing key, only `IfExists`, `Null` and negated operators match."""
    if operator.endswith("IfExists"):
        return key not in context or _holds(operator.removesuffix("IfExists"), key, wanted, context)
    if operator == "Null":
        return (key not in context) == (str(wanted[0]).lower() == "true")
    negated = operator.startswith(("StringNot", "ArnNot"))
    if key not in context:
        return negated
    found = context[key]
    texts = [str(value).lower() if isinstance(value, bool) else str(value) for value in wanted]
    match operator.replace("Not", ""):
        case "StringEquals" | "Bool":
            matched = found in texts
        case "StringEqualsIgnoreCase":
            matched = found.lower() in [text.lower() for text in texts]
        case "StringLike" | "ArnLike" | "ArnEquals":
            matched = any(_like(found, text) for text in texts)
        case _:
            return False  # an operator for other types of values
    return matched != negated


def _like(found: str, pattern: str) -> bool:
    # [ ] are not wildcards in IAM.
    return fnmatch.fnmatchcase(found, pattern.replace("[", "[[]"))


def _listed(value: T | list[T]) -> list[T]:
    return value if isinstance(value, list) else [value]
