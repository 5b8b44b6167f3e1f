"""Inputs of a module out of the topology's model: types, descriptions, defaults, its rules as validations.

A rule's words are what the model says when it is given a value that breaks it, so that they cannot drift.
"""

import json
import re
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from privatelink.facts import (
    LARGEST_NETWORK,
    LONGEST_DNS_LABEL,
    LONGEST_DNS_NAME,
    LONGEST_LOAD_BALANCER_NAME,
    SMALLEST_NETWORK,
)
from privatelink.topology.broken import BROKEN, Broken
from privatelink.topology.file import unknown_value
from privatelink.topology.part import Part
from privatelink.topology.types.addresses import Address
from privatelink.topology.types.cidrs import Cidr, NetworkCidr
from privatelink.topology.types.clients import Client
from privatelink.topology.types.dns_names import PrivateDnsName
from privatelink.topology.types.ids import (
    PREFIX_LIST_ID_PATTERN,
    SECURITY_GROUP_ID_PATTERN,
    Allocation,
    InstanceId,
    SecurityGroupId,
    SubnetId,
)
from privatelink.topology.types.load_balancer_names import LoadBalancerName
from privatelink.topology.types.names import ConsumerKey
from privatelink.topology.types.zones import Zone
from tools.module_generator.hcl import Raw, quoted

REQUIRED = object()
NOTHING: Mapping[str, str] = types.MappingProxyType({})
# Go's regular expressions know no look-ahead, and count to a thousand:
# https://github.com/google/re2/wiki/Syntax
_LONG_REPETITION = "{0,1023}"


@dataclass(frozen=True)
class Check:
    """A rule, in Terraform.

    Arguments:
        condition: what holds of a good value.
        message: what the generator says of a bad one.
        bad: a value of the variable that breaks it, for the tests.
        each: what `item` in the condition goes through; None where it is about the variable itself.
        others: the values of other variables beside which it is broken.
    """

    condition: str
    message: str
    bad: Any
    each: str | None = None
    others: Mapping[str, Any] = field(default_factory=dict)

    @property
    def body(self) -> dict[str, Any]:
        """The validation block."""
        if self.each is None:
            return {"condition": Raw(self.condition), "error_message": self.message}
        each = f"for item in {self.each} :"
        return {
            "condition": Raw(f"alltrue([{each} {self.condition}])"),
            "error_message": Raw(f'join("; ", [\n{each} {quoted(self.message)}\nif !({self.condition})\n])'),
        }


@dataclass(frozen=True)
class Variable:
    """An input; `nullable` says that null stands for what is not given."""

    name: str
    type: str
    description: str
    default: Any = REQUIRED
    checks: Sequence[Check] = ()
    nullable: bool = False

    @property
    def body(self) -> dict[str, Any]:
        """The block."""
        body: dict[str, Any] = {"description": Raw(_text(self.description)), "type": Raw(self.type)}
        if self.default is not REQUIRED:
            body["default"] = self.default
        if not self.nullable:
            body["nullable"] = False
        return body | ({"validation": [check.body for check in self.checks]} if self.checks else {})


def _text(description: str) -> str:
    if "\n" not in description:
        return quoted(description)
    lines = "\n".join(f"    {line}" for line in description.splitlines())
    return f"<<-EOT\n{lines}\n  EOT"


def refusal(kind: Any, bad: object) -> Broken:  # noqa: ANN401
    """What the model says of a value; raises ValueError where it has nothing against it."""
    try:
        TypeAdapter(kind).validate_python(bad)
    except ValidationError as error:
        for details in error.errors():
            if details["type"] == BROKEN:
                broken: Broken = details["ctx"]["broken"][0]
                return broken
            if details["type"] == "literal_error":
                return unknown_value(str(bad), [str(name) for name in get_args(_bare(kind))])
    msg = f"{bad!r} breaks no rule of {kind}"
    raise ValueError(msg)


def message(broken: Broken, item: str = "item", *, bad: object = None) -> str:
    """A refusal as a template: the value at hand in the place of that which was tried."""
    if isinstance(bad, str) and f"of {len(bad)} characters" in broken.what:
        broken = replace(broken, what=broken.what.replace(str(len(bad)), f"${{length({item})}}"))
    text = str(replace(broken, given=f'"${{{item}}}"' if isinstance(bad, str) else f"${{{item}}}"))
    for told, worked_out in _WORKED_OUT.items():
        text = text.replace(told, worked_out)
    return text


# ---- the rules of a kind of value

_CIDR_RULES = (
    ('strcontains(item, "/")', "10.0.0.0"),
    ('!strcontains(item, "/") || can(cidrhost(item, 0))', "10.0.0.0/33"),
    ("try(cidrsubnet(item, 0, 0) == item, true)", "10.0.0.1/16"),
)
# What a rule works out from the value that it refuses.
_WORKED_OUT = {
    "did you mean 10.0.0.0/32": "did you mean ${item}/32",
    "did you mean 10.0.0.0/16": "did you mean ${try(cidrsubnet(item, 0, 0), item)}",
    "first address of a /16": 'first address of a /${element(split("/", item), 1)}',
    "did you mean api.example.com": "did you mean ${lower(item)}",
}
# Where the JSON Schema cannot tell all, or in words of its own each: conditions, and what breaks them.
_SPELT_OUT: Sequence[tuple[Any, Sequence[tuple[str, object]]]] = (
    (
        LoadBalancerName,
        (
            (f"length(item) <= {LONGEST_LOAD_BALANCER_NAME}", "a" * 33),
            ('!startswith(item, "internal-")', "internal-shop"),
            ('!startswith(item, "-") && !endswith(item, "-")', "shop-"),
            ('can(regex("^[A-Za-z0-9-]*$", item))', "shop_nlb"),
        ),
    ),
    (
        PrivateDnsName,
        (
            (f"length(item) <= {LONGEST_DNS_NAME}", "a." * 126 + "example.com"),
            ("lower(item) == item", "API.example.com"),
            ('!endswith(item, ".")', "api.example.com."),
            (
                f'alltrue([for label in split(".", item) : length(label) <= {LONGEST_DNS_LABEL}])',
                "a" * 64 + ".example.com",
            ),
            ('!strcontains(trimprefix(item, "*."), "*")', "api.*.example.com"),
            ('can(regex("^[*a-z0-9.-]*$", lower(item)))', "api_.example.com"),
            ('strcontains(trimprefix(item, "*."), ".")', "example"),
        ),
    ),
    (Cidr, _CIDR_RULES),
    (
        NetworkCidr,
        (
            *_CIDR_RULES,
            (f'try(tonumber(split("/", item)[1]) >= {LARGEST_NETWORK}, true)', "10.0.0.0/8"),
            (f'try(tonumber(split("/", item)[1]) <= {SMALLEST_NETWORK}, true)', "10.0.0.0/29"),
        ),
    ),
    (Address, (('can(cidrhost("${item}/32", 0))', "10.0.0.256"),)),
    (
        Client,
        (
            (
                f'!startswith(item, "sg-") || can(regex("{SECURITY_GROUP_ID_PATTERN}", item))',
                "sg-clients",
            ),
            (
                f'!startswith(item, "pl-") || can(regex("{PREFIX_LIST_ID_PATTERN}", item))',
                "pl-offices",
            ),
            ('!strcontains(item, ":") || can(cidrsubnet(item, 0, 0))', "2001:db8::/129"),
            ('can(regex("^[sp][gl]-|:", item)) || strcontains(item, "/")', "10.0.0.0"),
            (
                'can(regex("^[sp][gl]-|:", item)) || !strcontains(item, "/") || can(cidrhost(item, 0))',
                "10.0.0.0/33",
            ),
        ),
    ),
)


def rules(kind: Any) -> Iterator[tuple[str, str, object]]:  # noqa: ANN401
    """The rules of a single value: a condition on `item`, the message, and a value that breaks it."""
    for known, conditions in _SPELT_OUT:
        if kind == known:
            for condition, broken_by in conditions:
                yield condition, message(refusal(kind, broken_by), bad=broken_by), broken_by
            return
    if get_origin(_bare(kind)) is Literal:
        names = [*get_args(_bare(kind))]
        yield f"contains({json.dumps(names)}, item)", message(refusal(kind, "other"), bad="other"), "other"
        return
    schema = TypeAdapter(kind).json_schema()
    if longest := schema.get("maxLength"):
        bad = "a" * (longest + 1)
        yield f"length(item) <= {longest}", message(refusal(kind, bad), bad=bad), bad
    if pattern := schema.get("pattern"):
        pattern = pattern.replace(_LONG_REPETITION, "*")
        yield f"can(regex({json.dumps(pattern)}, item))", message(refusal(kind, "?"), bad="?"), "?"
    if "minimum" in schema:
        lowest, highest = schema["minimum"], schema["maximum"]
        nearest = f"try ${{min(max(item, {lowest}), {highest})}}"
        text = message(refusal(kind, highest + 1)).replace(f"try {highest}", nearest)
        yield f"item >= {lowest} && item <= {highest}", text, highest + 1


# ---- a field of the model as a variable


def _bare(kind: Any) -> Any:  # noqa: ANN401
    """The kind without its rules, and without `| None`."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in (types.UnionType, typing.Union) and type(None) in get_args(kind):
        (kind,) = [part for part in get_args(kind) if part is not type(None)][:1]
        return _bare(kind)
    return kind


def _given(kind: Any) -> Any:  # noqa: ANN401
    """The kind without `| None`, but with its rules."""
    if get_origin(kind) in (types.UnionType, typing.Union) and type(None) in get_args(kind):
        return next(part for part in get_args(kind) if part is not type(None))
    return kind


def kind_of(info: FieldInfo) -> Any:  # noqa: ANN401
    """The kind of a field, with its rules."""
    kind = _given(info.annotation)
    return Annotated[kind, *info.metadata] if info.metadata else kind


def type_of(kind: Any, leave: Sequence[str] = ()) -> str:  # noqa: ANN401
    """The kind as a Terraform type."""
    bare = _bare(kind)
    if isinstance(bare, type) and issubclass(bare, Part):
        lines = [_attribute(name, info) for name, info in bare.model_fields.items() if name not in leave]
        return "object({\n" + "\n".join(lines) + "\n})"
    if get_origin(bare) is tuple:
        return f"list({type_of(get_args(bare)[0])})"
    if get_origin(bare) is dict:
        return f"map({type_of(get_args(bare)[1])})"
    return {int: "number", bool: "bool"}.get(bare, "string")


def _attribute(name: str, info: FieldInfo) -> str:
    kind = type_of(kind_of(info))
    if info.is_required():
        return f"{name} = {kind}"
    default = default_of(info)
    if default is None:
        return f"{name} = optional({kind})"
    return f"{name} = optional({kind}, {default})"


def default_of(info: FieldInfo) -> str | None:
    """The default as an expression; none where it depends on other fields."""
    if info.default_factory is not None:
        bare = _bare(info.annotation)
        mapping = (isinstance(bare, type) and issubclass(bare, Part)) or get_origin(bare) is dict
        return "{}" if mapping else None
    if info.default is None or info.default is PydanticUndefined:
        return None
    if isinstance(info.default, tuple):
        return "[]"
    return json.dumps(info.default)


def _reworded(text: str) -> str:
    """A description without what only a topology has."""
    return text.replace("the topology's name and -nlb", "the name and -nlb").replace("backends.port, or ", "")


def described(model: type[Part], leave: Sequence[str] = (), indent: str = "") -> str:
    """The fields of a part, one a line."""
    lines = []
    for name, info in model.model_fields.items():
        if name in leave:
            continue
        lines.append(f"{indent}- {name}: {info.description}")
        bare = _bare(info.annotation)
        if isinstance(bare, type) and issubclass(bare, Part):
            lines.append(described(bare, indent=f"{indent}  "))
    return _reworded("\n".join(lines))


@dataclass(frozen=True)
class Place:
    """Where a value is: the variable, whose elements are gone through if it is a list, and below that.

    Arguments:
        base: what holds it, as an expression on `item`, or the variable itself.
        each: what `item` goes through; None for none.
        optional: whether it can be null.
        in_optional: whether what holds it can be.
        wrap: puts a bad value where it would be in the variable.
    """

    base: str
    each: str | None
    optional: bool
    wrap: Any = field(default=lambda bad: bad)
    in_optional: bool = False


def checks_of(kind: Any, place: Place, leave: Sequence[str] = ()) -> Iterator[Check]:  # noqa: ANN401
    """The rules of a value and of everything in it, as validations."""
    bare = _bare(kind)
    if isinstance(bare, type) and issubclass(bare, Part):
        for name, info in bare.model_fields.items():
            if name not in leave:
                inner = Place(
                    f"{place.base}.{name}",
                    place.each,
                    not info.is_required() and default_of(info) is None,
                    lambda bad, name=name: place.wrap({name: bad}),
                )
                yield from checks_of(kind_of(info), inner)
        return
    if get_origin(bare) is tuple:
        if place.each is None:
            listed = f"({place.base} != null ? {place.base} : [])" if place.optional else place.base
            yield from checks_of(
                get_args(bare)[0], Place("item", listed, False, lambda bad: place.wrap([bad]))
            )
        return
    if get_origin(bare) is dict:
        if place.each is None:
            key, value = get_args(bare)
            yield from checks_of(
                key, Place("item", f"keys({place.base})", False, lambda bad: place.wrap({bad: _good(value)}))
            )
            yield from checks_of(
                value,
                Place("item", f"values({place.base})", False, lambda bad: place.wrap({_good(key): bad})),
            )
        return
    base: str = place.base
    each: str | None = place.each
    if place.optional and each is None:  # no element, where it is null
        each = f"try({base}, null)[*]" if place.in_optional else f"{base}[*]"
        base = "item"
    for condition, text, bad in rules(kind):
        own = _of(condition, base)
        if place.optional and place.each:
            own = f"{base} == null ? true : {own}"
        yield Check(own, _of(text, base), place.wrap(bad), each)


def _of(text: str, base: str) -> str:
    return re.sub(r"\bitem\b", base, text)


def _good(kind: Any) -> str:  # noqa: ANN401
    """A value to have a bad one beside."""
    return next(good for known, good in _GOOD if kind == known)


_GOOD = (
    (Zone, "ap-northeast-2a"),
    (ConsumerKey, "web"),
    (SubnetId, "subnet-0a1b2c3d4e5f6000a"),
    (InstanceId, "i-0a1b2c3d4e5f6000a"),
    (Allocation, "eipalloc-0a1b2c3d4e5f6000a"),
    (Address, "10.10.0.10"),
    (NetworkCidr, "10.10.0.0/20"),
    (SecurityGroupId, "sg-0a1b2c3d4e5f6000a"),
    (Client, "10.0.0.0/8"),
)


def of_field(model: type[Part], name: str, more: Sequence[Check] = (), **changes: Any) -> Variable:  # noqa: ANN401
    """A field of the topology as a variable of the same name."""
    info = model.model_fields[name]
    default: Any = REQUIRED if info.is_required() else Raw(default_of(info) or "null")
    given: dict[str, Any] = {
        "name": name,
        "type": type_of(kind_of(info)),
        "description": info.description,
        "default": default,
        "nullable": default == Raw("null"),
        "checks": [*checks_of(kind_of(info), Place(f"var.{name}", None, default == Raw("null"))), *more],
    }
    return Variable(**given | changes)


def of_part(
    model: type[Part],
    name: str,
    description: str,
    leave: Sequence[str] = (),
    more: Sequence[Check] = (),
    **changes: Any,  # noqa: ANN401
) -> Variable:
    """A part of the topology as a variable."""
    return Variable(
        **{
            "name": name,
            "type": type_of(model, leave),
            "description": f"{description}\n{described(model, leave)}",
            "checks": [*checks_of(model, Place(f"var.{name}", None, optional=False), leave), *more],
        }
        | changes
    )


def within(
    model: type[Part], field: str, variable: str, inside: str = "", *, name: str = "", nullable: bool = False
) -> Iterator[Check]:
    """The rules of a field of a variable that is an object, `inside` of another object there, if it is named.

    `nullable` says that the variable can be null.
    """
    info = model.model_fields[field]
    name = name or field
    base = f"{variable}.{name}.{inside}" if inside else f"{variable}.{name}"
    optional = bool(inside) or nullable or (default_of(info) is None and not info.is_required())

    def wrap(bad: object) -> dict[str, object]:
        return {name: {inside: bad}} if inside else {name: bad}

    yield from checks_of(
        kind_of(info), Place(base, None, optional, wrap, in_optional=bool(inside) or nullable)
    )
