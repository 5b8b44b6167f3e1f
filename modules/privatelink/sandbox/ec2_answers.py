"""The answers of EC2's actions as XML, from which moto makes 1,000 endpoints in a second.

moto looks for each member of an answer under up to ten names, which depend on botocore's model of the action
and on the type of the object, and compares its place with those whose values it transforms. Here, all of that
is worked out once for each place in an answer and each kind of object there. The text is moto's.
"""

import base64
import datetime
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from moto.core.responses import BaseResponse
from moto.core.serialize import (
    AttributePickerContext,
    EC2Serializer,
    TimestampSerializer,
    XFormedAttributePicker,
)
from moto.core.utils import MISSING, get_value

from privatelink.sandbox.untyped import Moto

Text = Callable[[Moto], str]
"""Returns a value as the content of an element; empty if it has none."""
Change = Callable[[Moto], Moto]
"""Returns the value that is shown instead of another."""

DOCUMENT: Final = '<?xml version="1.0" encoding="utf-8"?>\n'
MOST_KINDS: Final = 256
"""The kinds of objects that a place in an answer keeps."""
_timestamps = TimestampSerializer(EC2Serializer.DEFAULT_TIMESTAMP_FORMAT)
_picker = XFormedAttributePicker()


def of_string(value: Moto) -> str:
    """Return text, escaped."""
    text = value if type(value) is str else str(value)
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    return text


def of_boolean(value: Moto) -> str:
    """Return true or false; moto stores some as the text of the request."""
    return "true" if value is True or str(value).lower() == "true" else "false"


def of_blob(value: Moto) -> str:
    """Return bytes or text in Base64."""
    return base64.b64encode(value.encode() if isinstance(value, str) else value).strip().decode()


def of_timestamp(shape: Moto) -> Text:
    """Return what makes the text of a time."""
    form = shape.serialization.get("timestampFormat", _timestamps.default_format)

    def text(value: Moto) -> str:
        return str(_timestamps._convert_timestamp_to_str(value, form))

    known = functools.lru_cache(4096)(text)  # for one of a thousand objects, the time of all else
    return lambda value: known(value) if type(value) is datetime.datetime else text(value)


SCALARS: dict[str, Text] = {
    "blob": of_blob,
    "boolean": of_boolean,
    "double": lambda value: str(float(value)),
    "float": lambda value: str(float(value)),
    "integer": lambda value: str(int(value)),
    "long": lambda value: str(int(value)),
    "string": of_string,
}


@dataclass(frozen=True)
class Place:
    """A place in the answers of an action.

    Arguments:
        path: the names that lead to it.
        changes: moto's functions of values, by the end of their path.
    """

    path: tuple[str, ...]
    changes: dict[str, Change]

    def below(self, name: str) -> "Place":
        """Return a place in the value here."""
        return Place((*self.path, name), self.changes)

    def change(self, name: str) -> Change | None:
        """Return how moto changes the value of a member here, if it does."""
        path = ".".join((*self.path, name))
        end = next((end for end in self.changes if path.endswith(end)), None)
        # moto replaces some of the functions while it runs.
        return None if end is None else lambda value: self.changes[end](value)


def content(shape: Moto, place: Place) -> Text:
    """Return what makes the content of an element from a value.

    Arguments:
        shape: botocore's model of the value.
        place: its place.
    """
    match shape.type_name:
        case "structure":
            return Structure(shape, place)
        case "list":
            return of_list(shape.member, place)
        case "timestamp":
            return of_timestamp(shape)
        case scalar:
            return SCALARS[scalar]


def of_list(member: Moto, place: Place) -> Text:
    """Return what makes the elements of a list.

    Arguments:
        member: botocore's model of its items.
        place: its place.
    """
    name = member.serialization.get("name", "member")
    of_item = content(member, place.below(member.name))
    # An item without content is left out if it is a structure.
    empty = "" if member.type_name == "structure" else f"<{name}/>"

    def text(values: Moto) -> str:
        items = map(of_item, values)
        return "".join([f"<{name}>{item}</{name}>" if item else empty for item in items])

    return text


class Member(NamedTuple):
    """A member of a structure, for the objects of one kind.

    Arguments:
        element: the name of its element.
        text: makes the content of the element.
        change: changes the value before that.
        names: where moto looks for the value, in this order.
        name: the first of them that the objects have; empty if they have none.
    """

    element: str
    text: Text
    change: Change | None
    names: Sequence[str]
    name: str

    def find(self, holder: Moto) -> Moto:
        """Return the value in any object, as moto finds it; None if it has none."""
        for name in self.names:
            found = get_value(holder, name, MISSING)
            if found is not MISSING:
                return found
        return None


class KeptAnswer(dict[str, object]):
    """A structure of an answer that never changes, so that its content is made once at each place."""

    __slots__ = ("contents",)

    def __init__(self, members: Mapping[str, object]) -> None:
        super().__init__(members)
        self.contents: dict[Structure, str] = {}


class Structure:
    """The content of a structure: an element for each member that the object has."""

    def __init__(self, shape: Moto, place: Place) -> None:
        self._shape = shape
        self._place = place
        # By the type and the attributes of the object, or by the keys of the dictionary.
        self._known: dict[tuple[object, ...], Text] = {}

    def __call__(self, value: Moto) -> str:
        """Return the content for an object or a dictionary."""
        kind = type(value)
        if kind is KeptAnswer:
            kept = value.contents.get(self)
            if kept is None:
                kept = value.contents[self] = self(dict(value))
            return str(kept)
        if kind is dict:
            key: tuple[object, ...] = tuple(value)
        elif value is None:
            return ""
        else:
            key = (kind, *getattr(value, "__dict__", ()))
        text = self._known.get(key)
        if text is None:
            if len(self._known) == MOST_KINDS:
                self._known.clear()
            text = self._known[key] = of_kind(value, [*map(self._member(value), self._contents)])
        return text(value)

    @functools.cached_property
    def _contents(self) -> dict[str, Text]:
        """The contents of the members: made on use, since most structures are never shown."""
        members = self._shape.members.items()
        return {name: content(member, self._place.below(name)) for name, member in members}

    def _member(self, value: Moto) -> Callable[[str], Member]:
        def of(name: str) -> Member:
            member = self._shape.members[name]
            member.parent = self._shape  # for moto's names
            context = AttributePickerContext(value, name, member)
            names = [*dict.fromkeys(_picker.get_possible_keys(context))]
            return Member(
                element=member.serialization.get("name", name),
                text=self._contents[name],
                change=self._place.change(name),
                names=names,
                name=next((each for each in names if has(value, each)), ""),
            )

        return of


def has(value: Moto, name: str) -> bool:
    """Return whether a dictionary has a key, or an object or its type an attribute."""
    if isinstance(value, dict):
        return name in value
    return name in getattr(value, "__dict__", ()) or hasattr(type(value), name)


def of_kind(example: Moto, members: Sequence[Member]) -> Text:
    """Return what makes the content for the objects of one kind.

    Arguments:
        example: one of the objects.
        members: their members.
    """
    kind = type(example)
    decides = hasattr(kind, "__getattr__") or (hasattr(kind, "__getitem__") and kind is not dict)
    if (
        decides
        or any("." in name for member in members for name in member.names)
        or any(member.change and not member.name for member in members)
    ):
        return of_any(members)
    shown = [member for member in members if member.name]
    return of_dictionary(shown) if kind is dict else of_object(shown, of_any(members))


def of_any(members: Sequence[Member]) -> Text:
    """Return what makes the content for any objects."""

    def text(holder: Moto) -> str:
        elements = []
        for member in members:
            value = member.find(holder)
            if member.change is not None:
                value = member.change(value)
            if value is not None:
                shown, element = member.text(value), member.element
                elements.append(f"<{element}>{shown}</{element}>" if shown else f"<{element}/>")
        return "".join(elements)

    return text


def of_dictionary(members: Sequence[Member]) -> Text:
    """Return what makes the content for dictionaries with the same keys."""
    known = [(member.name, member.change, member.text, member.element) for member in members]
    return lambda holder: "".join(
        [
            f"<{element}>{shown}</{element}>" if (shown := of_member(value)) else f"<{element}/>"
            for name, change, of_member, element in known
            if (value := change(holder[name]) if change else holder[name]) is not None
        ]
    )


def of_object(members: Sequence[Member], of_others: Text) -> Text:
    """Return what makes the content for objects with the same attributes.

    Arguments:
        members: the members that the objects have.
        of_others: the same for those of them that have other members.
    """
    known = [(member.name, member.change, member.text, member.element) for member in members]

    def text(holder: Moto) -> str:
        try:
            return "".join(
                [
                    f"<{element}>{shown}</{element}>" if (shown := of_member(value)) else f"<{element}/>"
                    for name, change, of_member, element in known
                    if (value := change(getattr(holder, name)) if change else getattr(holder, name))
                    is not None
                ]
            )
        except AttributeError:  # a property without a value
            return of_others(holder)

    return text


class Answers:
    """The answers of EC2's actions, kept by the name of the action."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, tuple[str, ...]], Text] = {}

    def content(self, operation: Moto, changes: dict[str, Change]) -> Text:
        """Return what makes the content of an answer.

        Arguments:
            operation: botocore's model of the action.
            changes: moto's functions of values, by the end of their path.
        """
        # moto adds functions while it runs, for a few actions.
        key = (str(operation.name), tuple(changes))
        if key not in self._known:
            shape = operation.output_shape
            place = Place((key[0], shape.name if shape else ""), changes)
            self._known[key] = Structure(shape, place) if shape else lambda _: ""
        return self._known[key]


def install() -> None:
    """Make moto answer EC2's actions with these texts, and not search them for what they do not have."""
    answers = Answers()
    of_moto = EC2Serializer._serialize_result

    def _serialize_result(self: Moto, resp: Moto, result: Moto) -> Moto:
        if self.pretty_print:
            return of_moto(self, resp, result)
        operation = self.operation_model
        text = answers.content(operation, self._value_picker.response_transformers)(result)
        name, namespace = f"{operation.name}Response", operation.metadata["xmlNamespace"]
        request_id = f"<requestId>{self.context.request_id}</requestId>"
        resp["body"] = f'{DOCUMENT}<{name} xmlns="{namespace}">{text}{request_id}</{name}>'
        resp["headers"]["Content-Type"] = self.CONTENT_TYPE
        return resp

    EC2Serializer._serialize_result = _serialize_result

    enrich = BaseResponse._enrich_response

    def _enrich_response(headers: Moto, body: Moto) -> Moto:
        # moto looks for the ID at each place in the text.
        if isinstance(body, str) and "<RequestId>" not in body:
            return enrich(headers, "")[0], body
        return enrich(headers, body)

    BaseResponse._enrich_response = staticmethod(_enrich_response)
