"""Inputs of a module out of the topology's model: types, defaults, descriptions, and rules as validations."""

import json
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal, Self, TypeAlias, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from privatelink.rule import Broken
from privatelink.topology.part import Part
from privatelink.topology.rules.listener import Listener
from privatelink.topology.types.addresses import Address
from privatelink.topology.types.arns import PrincipalOrAccountId
from privatelink.topology.types.auto_scaling_group_names import AutoScalingGroupName
from privatelink.topology.types.buckets import BucketName
from privatelink.topology.types.cidrs import Cidr, NetworkCidr
from privatelink.topology.types.clients import Client
from privatelink.topology.types.dns_names import DnsName, PrivateDnsName
from privatelink.topology.types.ids import Allocation, InstanceId, SecurityGroupId, SubnetId
from privatelink.topology.types.lists import TOO_MANY, TWICE
from privatelink.topology.types.names import ConsumerKey
from privatelink.topology.types.ports import Port, PortOrRange
from privatelink.topology.types.retention import RetentionDays
from privatelink.topology.types.zones import Region, Zone
from tools.module_generator.conditions import conditions

Kind: TypeAlias = object
Inputs: TypeAlias = Mapping[str, Any]
REQUIRED = object()
NOTHING: Inputs = types.MappingProxyType({})


@dataclass(frozen=True)
class Validation:
    """A rule of a variable.

    Arguments:
        holds: the expression that is true of good inputs.
        broken: the rule; the value and the parameters are templates.
        bad: inputs of the module that break it, beside good ones.
        each: what `item` in `holds` and in the templates goes through; empty for nothing.
        at: the attribute of the variable, which the message names; empty for the variable.
    """

    holds: str
    broken: Broken
    bad: Inputs
    each: str = ""
    at: str = ""


@dataclass(frozen=True)
class Variable:
    """An input of a module.

    Arguments:
        name: its name.
        type: its type, as Terraform writes it.
        description: a sentence; of an object, the first line, followed by a line for each attribute.
        default: its default; `REQUIRED` for none. With None, null stands for a value that is not given.
        attributes: of an object, the path of each attribute.
        validations: its rules.
    """

    name: str
    type: str
    description: str
    default: Any = REQUIRED
    attributes: Sequence[str] = ()
    validations: Sequence[Validation] = ()

    def also(self, *validations: Validation) -> Self:
        """Return the same variable with further rules."""
        return replace(self, validations=[*self.validations, *validations])


@dataclass(frozen=True)
class Changes:
    """How the attributes of an object differ from the fields of the topology, by path.

    Arguments:
        left_out: fields that the module does not have.
        defaults: the default of an attribute that is null where it is not given, so that its use without
            effect can be refused; for the description.
    """

    left_out: Sequence[str] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)


NONE = Changes()


# ---- types and descriptions


def bare(kind: Kind) -> Kind:
    """Return a kind without its checks, and without `| None`."""
    if get_origin(kind) is Annotated:
        return bare(get_args(kind)[0])
    given = _given(kind)
    return kind if given is kind else bare(given)


def _given(kind: Kind) -> Kind:
    if get_origin(kind) in (types.UnionType, typing.Union) and type(None) in get_args(kind):
        return next(part for part in get_args(kind) if part is not type(None))
    return kind


def kind_of(info: FieldInfo) -> Kind:
    """Return the kind of a field, with its checks, without `| None`."""
    kind = _given(info.annotation)
    return Annotated[kind, *info.metadata] if info.metadata else kind


def _part(kind: Kind) -> type[Part] | None:
    found = bare(kind)
    return found if isinstance(found, type) and issubclass(found, Part) else None


def _fields(model: type[Part], changes: Changes, path: str = "") -> Iterator[tuple[str, str, FieldInfo]]:
    for name, info in model.model_fields.items():
        if f"{path}{name}" not in changes.left_out:
            yield name, f"{path}{name}", info


def type_of(kind: Kind, changes: Changes = NONE, path: str = "") -> str:
    """Return the Terraform type of a kind."""
    if model := _part(kind):
        lines = [_attribute(name, at, info, changes) for name, at, info in _fields(model, changes, path)]
        return "object({\n" + "\n".join(lines) + "\n})"
    found = bare(kind)
    if get_origin(found) is tuple:
        return f"list({type_of(get_args(found)[0], changes, path)})"
    if get_origin(found) is dict:
        return f"map({type_of(get_args(found)[1])})"
    return "number" if found is int else "bool" if found is bool else "string"


def _attribute(name: str, path: str, info: FieldInfo, changes: Changes) -> str:
    kind = type_of(kind_of(info), changes, f"{path}.")
    if info.is_required():
        return f"{name} = {kind}"
    default = None if path in changes.defaults else default_of(info)
    return f"{name} = optional({kind})" if default is None else f"{name} = optional({kind}, {default})"


def default_of(info: FieldInfo) -> str | None:
    """Return the default as an expression; None where it depends on other fields."""
    if info.default_factory is not None:
        return "{}" if info.default_factory is dict or _part(info.annotation) else None
    if info.default is None or info.default is PydanticUndefined:
        return None
    if isinstance(info.default, tuple):
        return "[]"
    return json.dumps(info.default)


def attributes_of(kind: Kind, changes: Changes = NONE, path: str = "") -> Iterator[str]:
    """Return the path of each attribute of an object, or of the objects of a list."""
    found = bare(kind)
    if get_origin(found) is tuple:
        yield from attributes_of(get_args(found)[0], changes, path)
    elif model := _part(kind):
        for _, at, info in _fields(model, changes, path):
            yield at
            yield from attributes_of(kind_of(info), changes, f"{at}.")


def described(model: type[Part], changes: Changes = NONE, path: str = "") -> str:
    """Return the description of each attribute of an object, one a line."""
    lines = []
    indent = "  " * path.count(".")
    for name, at, info in _fields(model, changes, path):
        default = f"; default: {changes.defaults[at]}" if at in changes.defaults else ""
        lines.append(f"{indent}- {name}: {info.description}{default}")
        if inner := _part(info.annotation):
            lines.append(described(inner, changes, f"{at}."))
    return "\n".join(lines)


# ---- validations


@dataclass(frozen=True)
class Place:
    """Where a value is in the inputs of a module.

    Arguments:
        value: its expression.
        put: puts another value there, and returns these inputs.
        each: what `item` in the expression goes through; empty for nothing.
        optional: whether it can be null.
        at: the attribute of the variable; empty for the variable.
    """

    value: str
    put: Callable[[Any], Inputs]
    each: str = ""
    optional: bool = False
    at: str = ""

    def attribute(self, name: str, *, optional: bool = False, beside: Inputs = NOTHING) -> "Place":
        """Return the place of an attribute of an object that is here; `beside` has others that it needs."""
        value = f"try({self.value}.{name}, null)" if self.optional else f"{self.value}.{name}"
        at = f"{self.at}.{name}" if self.at else name
        return Place(
            value,
            lambda bad: self.put({**beside, name: bad}),
            self.each,
            optional=optional or self.optional,
            at=at,
        )


def validations_of(kind: Kind, place: Place, changes: Changes = NONE, path: str = "") -> Iterator[Validation]:
    """Return the rules of a value and of all its parts."""
    found = bare(kind)
    if model := _part(kind):
        for name, at, info in _fields(model, changes, path):
            optional = not info.is_required() and (default_of(info) is None or at in changes.defaults)
            required = {
                other: good(kind_of(needed))
                for other, _, needed in _fields(model, changes, path)
                if needed.is_required() and other != name
            }
            inner = place.attribute(name, optional=optional, beside=required)
            yield from validations_of(kind_of(info), inner, changes, f"{at}.")
    elif get_origin(found) is tuple:
        yield from _of_list(kind, get_args(found)[0], place, changes)
    elif get_origin(found) is dict:
        key, value = get_args(found)
        for part, function, put in (
            (key, "keys", lambda bad: place.put({bad: good(value)})),
            (value, "values", lambda bad: place.put({good(key): bad})),
        ):
            yield from _of_value(part, Place("item", put, f"{function}({place.value})", at=place.at))
    else:
        yield from _of_value(kind, place)


def _of_list(kind: Kind, element: Kind, place: Place, changes: Changes) -> Iterator[Validation]:
    if place.each:  # of each item of another list; other rules refuse its elements
        for found in conditions(kind, place.value):
            elements = [good(element)] * 2 if found.rule.id == TWICE.id else []
            holds = f"{place.value} == null ? true : {found.holds}"
            yield Validation(holds, found.broken, place.put(elements), place.each, place.at)
        return
    listed = f"coalesce({place.value}, [])" if place.optional else place.value
    for found in conditions(kind, listed):
        elements = found.bad
        if found.rule.id == TWICE.id:
            elements = [good(element)] * 2
        elif found.rule.id == TOO_MANY.id:
            elements = [good(element, number) for number in range(int(str(found.rule.fixed["most"])) + 1)]
        yield Validation(found.holds, found.broken, place.put(elements), found.each, place.at)
    inner = Place("item", lambda bad: place.put([bad]), listed, at=place.at)
    if _part(element):
        inner = Place("item", lambda bad: place.put([good(element) | bad]), listed, at=place.at)
    yield from validations_of(element, inner, changes)


def _of_value(kind: Kind, place: Place) -> Iterator[Validation]:
    value, each = place.value, place.each
    if place.optional and not each:  # a null has no elements
        value, each = "item", f"{place.value}[*]"
    for found in conditions(kind, value):
        holds = f"{value} == null ? true : {found.holds}" if place.optional and place.each else found.holds
        yield Validation(holds, found.broken, place.put(found.bad), each, place.at)


def good(kind: Kind, number: int = 0) -> Any:  # noqa: ANN401
    """Return a good value of a kind, to have beside a bad one; another one for each number."""
    if get_origin(kind) is Literal:
        return get_args(kind)[number]
    return _GOOD[kind](number)


_GOOD: Mapping[Kind, Callable[[int], Any]] = {
    Zone: lambda number: f"ap-northeast-2{'abcd'[number]}",
    ConsumerKey: lambda number: f"web-{number}",
    SubnetId: lambda number: f"subnet-{number:017x}",
    InstanceId: lambda number: f"i-{number:017x}",
    AutoScalingGroupName: lambda number: f"web-{number}",
    Allocation: lambda number: f"eipalloc-{number:017x}",
    SecurityGroupId: lambda number: f"sg-{number:017x}",
    Address: lambda number: f"10.10.{number}.10",
    Cidr: lambda number: f"10.{number}.0.0/16",
    NetworkCidr: lambda number: f"10.10.{16 * number}.0/20",
    Client: lambda number: f"10.{number}.0.0/16",
    PrincipalOrAccountId: lambda number: f"{number:012}",
    Region: lambda number: f"eu-west-{number + 1}",
    Port: lambda number: 443 + number,
    PortOrRange: lambda number: str(443 + number),
    DnsName: lambda number: f"api-{number}.shop.internal",
    Listener: lambda number: {"port": 443 + number},
    PrivateDnsName: lambda number: f"api-{number}.example.com",
    RetentionDays: lambda _: 30,
    BucketName: lambda number: f"logs-{number}",
}


# ---- variables


def variable_of(
    name: str,
    kind: Kind,
    description: str,
    default: Any = REQUIRED,  # noqa: ANN401
    changes: Changes = NONE,
) -> Variable:
    """Return a variable of a kind of value, with all rules of the kind."""
    model = _part(kind) or _part(next(iter(get_args(bare(kind))), None))
    place = Place(f"var.{name}", lambda bad: {name: bad}, optional=default is None)
    return Variable(
        name,
        type_of(kind, changes),
        f"{description}\n{described(model, changes)}" if model else description,
        default,
        [*attributes_of(kind, changes)],
        [*validations_of(kind, place, changes)],
    )


def of_field(model: type[Part], name: str, changes: Changes = NONE) -> Variable:
    """Return a variable that is a field of the topology, with all its rules."""
    info = model.model_fields[name]
    default = default_of(info)
    given = REQUIRED if info.is_required() else None if default is None else json.loads(default)
    return variable_of(name, kind_of(info), info.description or "", given, changes)
