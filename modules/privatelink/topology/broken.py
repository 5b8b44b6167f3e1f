"""A broken rule as data, and how a check refuses a value by it.

A check that fails raises what `refuse` makes; pydantic carries it, with its place, to whoever reports it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

Step = str | int | tuple[str, object]  # a key; a place in a list; of a list of parts, the one with this field
Path = tuple[Step, ...]
BROKEN = "broken_rules"  # the pydantic error type of everything refused here
KEY = "[key]"  # at the end of a path: the key, not its value (as pydantic has it)
MOST_AT_ONCE = 100  # ways in which one part is wrong


@dataclass(frozen=True, slots=True)
class Broken:
    """One rule broken: what is wrong, what is allowed, how to fix it, and where below the value checked.

    `given` is the value at fault where that is not simply the value in the file at that place.
    """

    what: str
    allowed: str
    fix: str
    at: Path = ()
    given: str | None = None

    def __str__(self) -> str:
        given = f": {self.given}" if self.given else ""
        return f"{self.what}{given} (allowed: {self.allowed}; fix: {self.fix})"


def refuse(*broken: Broken) -> PydanticCustomError:
    """Make the error that says these rules are broken, all at once."""
    text = "; ".join(map(str, broken))
    return PydanticCustomError(BROKEN, "{text}", {"text": text, "broken": broken})


def refuse_any(broken: Iterable[Broken]) -> None:
    """Refuse when there is something to refuse; not without end, should someone list ten thousand zones."""
    if found := tuple(islice(broken, MOST_AT_ONCE)):
        raise refuse(*found)


def broken_in(check: Callable[[Any], Any], value: object, at: Path) -> list[Broken]:
    """Run a check on something inside the value at hand; give what it refused, with the place."""
    try:
        check(value)
    except PydanticCustomError as error:
        return [replace(broken, at=(*at, *broken.at)) for broken in (error.context or {})["broken"]]
    return []


@dataclass(frozen=True, eq=False, slots=True)
class Rule:
    """A check for `Annotated`, run after the type's own, and what the JSON Schema can say of it."""

    check: Callable[[Any], Any]
    json: dict[str, Any] = field(default_factory=dict)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), **self.json}
