"""How a check refuses a value: with the rules that it breaks, which pydantic carries to the reader."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from privatelink.rule import Broken, Path, Rule

BROKEN = "broken_rules"  # the pydantic error type of everything refused here
MOST_AT_ONCE = 100  # broken rules of one part


def refuse(*broken: Broken) -> PydanticCustomError:
    """Return the error that says these rules are broken, all at once."""
    text = "; ".join(map(str, broken))
    return PydanticCustomError(BROKEN, "{text}", {"text": text, "broken": broken})


def refuse_any(broken: Iterable[Broken]) -> None:
    """Refuse if any rule is broken; collect at most `MOST_AT_ONCE`: a file may list ten thousand zones."""
    if found := tuple(islice(broken, MOST_AT_ONCE)):
        raise refuse(*found)


def broken_in(check: Callable[[Any], Any], value: object, at: Path) -> list[Broken]:
    """Run a check on a value inside the one that is checked; return the broken rules with their places."""
    try:
        check(value)
    except PydanticCustomError as error:
        return [broken.below(*at) for broken in (error.context or {})["broken"]]
    return []


@dataclass(frozen=True, eq=False, slots=True)
class Check:
    """A check for `Annotated`, run after the type's own.

    Arguments:
        check: raises what `refuse` returns, or returns the value.
        rules: the rules that it checks, for the catalogue and for the Terraform modules.
        json: the keywords that they add to the JSON Schema.
    """

    check: Callable[[Any], Any]
    rules: tuple[Rule, ...] = ()
    json: dict[str, Any] = field(default_factory=dict)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), **self.json}
