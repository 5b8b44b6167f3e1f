"""Which tests show which rules: `collected`, and the pytest plugin that it runs.

A mark of a function stands for the function, a mark of one of its cases for the case.
"""

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.project import PROJECT

MARKERS = "tests.support.rules"
OPTION = "--rule-marks"


@dataclass(frozen=True)
class Shown:
    """The tests of a rule, by their node IDs: those in which it is broken, and those in which it is kept."""

    breaks: list[str] = field(default_factory=list)
    keeps: list[str] = field(default_factory=list)


def collected() -> Mapping[str, Shown]:
    """Return the tests that are marked with each rule, by the rule's ID."""
    files = [
        file.relative_to(PROJECT).as_posix()
        for file in sorted((PROJECT / "tests").rglob("test_*.py"))
        if MARKERS in file.read_text(encoding="utf-8")
    ]
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as written:
        options = ["--collect-only", "-qq", "-p", "no:cacheprovider", "-p", __name__, OPTION, written.name]
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *files],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode:
            raise RuntimeError(ran.stdout + ran.stderr)
        return {rule: Shown(**tests) for rule, tests in json.load(written).items()}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the file to write to."""
    parser.addoption(OPTION, required=True)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Write the tests of each rule."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"breaks": [], "keeps": []})
    for item in session.items:
        for mark, test in _marks(item):
            for way, rules in mark.kwargs.items():
                for rule in rules:
                    if test not in found[rule][way]:
                        found[rule][way].append(test)
    Path(session.config.getoption(OPTION)).write_text(json.dumps(found), encoding="utf-8")


def _marks(item: pytest.Item) -> Iterator[tuple[pytest.Mark, str]]:
    of_function = item.nodeid.partition("[")[0]
    case = getattr(item, "callspec", None)
    of_case = case.marks if case else []
    for mark in item.iter_markers("rule"):
        yield mark, item.nodeid if mark in of_case else of_function
