"""Types of values, for checks of values whose type pydantic does not check first."""

import re

from privatelink.rule import Broken, Rule
from privatelink.topology.yaml_document import Unquoted, is_nothing, kind_of

_TYPES = "https://yaml.org/type/"
VALUE_MISSING = Rule(
    "value-missing",
    what="no value",
    allowed="{expected}",
    fix="give it a value, or remove the line",
    why="YAML reads a key without a value as null, and no field accepts null.",
    page=_TYPES,
)
VALUE_TYPE = Rule(
    "value-type",
    what="must be {expected}, not {kind}",
    allowed="{expected}",
    fix="{fix}",
    why="YAML derives the type of a value from its form, and no value is converted to another type.",
    page=_TYPES,
)
RULES = (VALUE_MISSING, VALUE_TYPE)


def wrong_type(expected: str, given: object, written: str = "") -> Broken:
    """Return the case of a value of another type than the field's.

    Arguments:
        expected: the field's type, such as `a whole number`.
        given: the value.
        written: the value as the file has it, without quotes; empty if that is not known.
    """
    if is_nothing(given):
        return VALUE_MISSING.broken(given="", expected=expected)
    return VALUE_TYPE.broken(expected=expected, kind=kind_of(given), fix=_fix(expected, given, written))


def _fix(expected: str, given: object, written: str) -> str:
    if expected == "text" and not isinstance(given, dict | list):
        return f'write it in quotes: "{written}"' if written else "write it in quotes"
    if expected == "a list" and isinstance(given, str | int):
        return f"write it as a list: [{written}]"
    if expected == "a whole number" and isinstance(given, Unquoted):
        return "write it in decimal digits, without a leading zero"
    unquoted = "[1-9][0-9]*" if expected == "a whole number" else "true|false"
    if isinstance(given, str) and re.fullmatch(unquoted, given):
        return f"remove the quotes: {written}"
    return f"give {expected}"
