"""Which rules a test shows, so that docs/rules.md can be written from the tests."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest


def breaks(*rules: str) -> pytest.MarkDecorator:
    """Mark a test in which these rules are broken, and that is found."""
    return pytest.mark.rule(breaks=rules)


def keeps(*rules: str) -> pytest.MarkDecorator:
    """Mark a test in which these rules are kept, where they apply."""
    return pytest.mark.rule(keeps=rules)


def wrong(cases: Mapping[str, tuple[Any, ...]]) -> Iterable[Any]:
    """Return parameters of wrong cases, by name: input, its field or kind, the rule's id, and words said."""
    return [
        pytest.param(given, field, rule, words, id=name, marks=breaks(rule))
        for name, (given, field, rule, *words) in cases.items()
    ]


def right(cases: Mapping[str, tuple[Any, ...]]) -> Iterable[Any]:
    """Return parameters of right cases, by name: what is given, and the ids of the rules that it keeps."""
    return [
        pytest.param(given, id=name, marks=[keeps(*rules)] if rules else [])
        for name, (given, *rules) in cases.items()
    ]
