"""The kinds of change that each field of the topology admits, from the types of the model."""

from collections.abc import Iterator
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from privatelink.topology.model import Topology
from privatelink.topology.part import Account
from privatelink.topology.rules.endpoint import EndpointSettings, FurtherEndpoint
from privatelink.topology.types.names import ConsumerKey
from privatelink.topology.types.zones import Zone
from tests.support.changes import Kind

# Fields with the same part: its fields are listed once.
ELSEWHERE = {
    "services.*": "service",
    "service.load_balancers.*": "service.load_balancer",
    "consumers.*.endpoint.verify.*": "service.listeners.*.verify",
}
# Parts with several forms, which fields of their own select.
FORMS = (
    "service",
    "backend",
    "account",
    "service.network",
    "service.load_balancer",
    "service.targets",
    "consumers.*.network",
    "consumers.*.endpoint",
    "consumers.*.hosted_zone",
)

# The model keeps them as mappings.
ALSO_LISTS = ("service.network.zones", "consumers.*.network.zones")


def admitted(part: type[BaseModel] = Topology, above: str = "") -> dict[str, frozenset[Kind]]:
    """Return the kinds of change of each field, by its path."""
    found = {path: frozenset(kinds) for path, kinds in _below(part, above)}
    for path in FORMS if not above else ():
        found[path] = found.get(path, frozenset()) | {"switch"}
    for path in ALSO_LISTS if not above else ():
        found[path] |= {"reorder"}
    return {path: kinds for path, kinds in found.items() if kinds}


def _below(part: type[BaseModel], above: str) -> Iterator[tuple[str, set[Kind]]]:
    for name, field in part.model_fields.items():
        if part is FurtherEndpoint and name in EndpointSettings.model_fields:
            continue  # listed with `endpoint`
        path = f"{above}{field.alias or name}"
        yield path, _kinds(field)
        for inner, key in _parts(field.annotation):
            if inner is Account:
                continue
            below = f"{path}.*" if key else path
            if below not in ELSEWHERE:
                yield from _below(inner, f"{below}.")
    if part is Topology:
        yield from _below(Account, "account.")


def _kinds(field: FieldInfo) -> set[Kind]:
    annotation = field.annotation
    forms = [_bare(form) for form in _union(_bare(annotation))]
    shapes = {_shape(form) for form in forms if form is not NoneType}
    kinds: set[Kind] = set()
    if "list" in shapes:
        kinds |= {"add", "remove", "reorder"}
    for form in forms:
        if _shape(form) == "mapping":
            kinds |= {"add", "remove"}
            key, value = get_args(form)
            kinds |= {"rename"} if key == ConsumerKey else {"switch"} if key == Zone else set()
            kinds |= set() if _is_part(value) else {"edit"}
    if "part" in shapes and (NoneType in forms or not field.is_required()):
        kinds |= {"add", "remove"}
    if "value" in shapes:
        values = [value for form in forms for value in get_args(form) if get_origin(form) is Literal]
        kinds |= set() if len(values) == 1 else {"edit"}
        kinds |= {"add", "remove"} if NoneType in forms else set()
    if len(shapes) > 1:
        kinds |= {"switch"}
    return kinds


def _shape(form: Any) -> str:
    origin = get_origin(form)
    if origin in (tuple, list):
        return "list"
    if origin is dict:
        return "mapping"
    return "part" if _is_part(form) else "value"


def _bare(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def _union(annotation: Any) -> tuple[Any, ...]:
    from types import UnionType
    from typing import Union

    return get_args(annotation) if get_origin(annotation) in (UnionType, Union) else (annotation,)


def _is_part(form: Any) -> bool:
    return isinstance(form, type) and issubclass(form, BaseModel)


def _parts(annotation: Any) -> Iterator[tuple[type[BaseModel], bool]]:
    """Return the parts in an annotation, each with whether it is below a key or an index."""
    for form in map(_bare, _union(_bare(annotation))):
        if _is_part(form):
            yield form, False
        elif _shape(form) in ("list", "mapping"):
            for argument in get_args(form):
                yield from ((part, True) for part, _ in _parts(argument))
