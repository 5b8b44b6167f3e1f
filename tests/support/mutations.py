"""Documents with something wrong in them: keys dropped, types swapped, values nested, strange, or huge."""

import copy
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

Place = tuple[str | int, ...]
ODD: Sequence[Any] = (
    None, True, False, 0, -1, 2.5, 10**30, 1e308, "", "*", "0.0.0.0/0", "::/0", "999.1.1.1/99", "x" * 5000,
    [], {}, [None], [[{}]], {"a": []}, "\ud800", "\x00\x1b[31m", "](x)|`<b>@a", "${a}", "2026-02-31",
    [0] * 50, {"references": ["each.key", 1]},
)  # fmt: skip


def places(value: object, path: Place = ()) -> Iterator[Place]:
    """Where something can be put in a document, from the root down."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from places(item, (*path, number))


def at(document: Any, place: Place) -> Any:
    """What is in a place of a document."""
    for step in place:
        document = document[step]
    return document


def mutated(document: Any, random: Random, times: int) -> Any:
    """A copy of a document with some places dropped, nested, or put to something odd."""
    made = copy.deepcopy(document)
    everywhere = [*places(document)]
    for _ in range(times):
        *way, last = random.choice(everywhere)
        below = made
        try:
            for step in way:
                below = below[step]
            match random.randrange(4):
                case 0:
                    del below[last]
                case 1:
                    below[last] = [below[last]]
                case 2:
                    below[last] = {"a": below[last]}
                case _:
                    below[last] = random.choice(ODD)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier mutation took it away
    return made


def damaged(text: str, random: Random) -> str:
    """A text with a few characters replaced, as by an editor or a broken download."""
    place = random.randrange(len(text))
    other = random.choice(["", "}", "]", '"', "\\", "1e999", "\x00", "[" * 2000, ": &a ", "!!bool "])
    return text[:place] + other + text[place + random.randrange(4) :]
