"""Text that Terraform must not evaluate: how it is written in templates, and how it is read back.

In Terraform's JSON every string is a template. The text of a user is escaped once, when a topology becomes
stacks (docs/adr/0017). Constructs take templates, so that references work in all their arguments.

https://developer.hashicorp.com/terraform/language/syntax/json#expression-mapping
https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences-1
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from ipaddress import IPv4Address, IPv4Network, IPv6Network
from typing import Any, TypeVar

from pydantic import BaseModel

Value = TypeVar("Value")

# CDKTF replaces its tokens, `${TfToken[…]}`, also after `$$`. A directive that is always empty parts the
# marker: unlike `${""}` it has no quotes, so it stays valid inside of a JSON document such as a policy.
_MARKER = "TfToken["
_PARTED = f"%{{if true}}%{{endif}}{_MARKER}"
_ESCAPED = {"${": "$${", "%{": "%%{", _MARKER: _PARTED}
_TO_ESCAPE = re.compile(rf"\$\{{|%\{{|(?<=\{{){re.escape(_MARKER)}")
_PLAIN = {escaped: text for text, escaped in _ESCAPED.items()}
_TO_READ = re.compile(rf"\$\$\{{|%%\{{|(?<=\{{){re.escape(_PARTED)}")
# A part of a value that has no text.
_WITHOUT_TEXT = (bool, int, float, IPv4Address, IPv4Network, IPv6Network, type(None))


def literal(value: Value) -> Value:
    """Return a value whose texts are templates for its own texts.

    Arguments:
        value: a text, or a mapping, list, dataclass or pydantic model with texts at any depth.

    Raises:
        TypeError: it has a value of a type that is unknown here, which may contain text.
    """
    changed: Value = _with_texts(value, lambda text: _TO_ESCAPE.sub(lambda found: _ESCAPED[found[0]], text))
    return changed


def plain(value: Value) -> Value:
    """Return the value whose `literal` this is, as Terraform evaluates it.

    Arguments:
        value: as for `literal`.
    """
    changed: Value = _with_texts(value, lambda text: _TO_READ.sub(lambda found: _PLAIN[found[0]], text))
    return changed


def _with_texts(value: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401  (it returns its own type)
    """Return a value with each text changed; parts without a changed text are the same."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {change(key): _with_texts(item, change) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_with_texts(item, change) for item in value)
    if isinstance(value, BaseModel):
        # Not all fields: `model_copy` counts each as one that the file has.
        return value.model_copy(update=_changed(dict(value), change))
    if is_dataclass(value) and not isinstance(value, type):
        own = {field.name: getattr(value, field.name) for field in fields(value)}
        return replace(value, **_changed(own, change))
    if isinstance(value, _WITHOUT_TEXT):
        return value
    msg = f"{type(value).__name__} has no rule for its text; add it to {__name__}"
    raise TypeError(msg)


def _changed(own: Mapping[str, object], change: Callable[[str], str]) -> dict[str, object]:
    changed = {name: _with_texts(item, change) for name, item in own.items()}
    return {name: item for name, item in changed.items() if item != own[name]}
