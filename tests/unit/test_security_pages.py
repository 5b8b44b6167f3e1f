"""The pages that say what is safe name a test for each line; the tests exist."""

import re

import pytest

from tests.support.project import PROJECT

NAMES = re.compile(r"`(test_\w+)`")
PAGES = ["SECURITY.md", "docs/data-plane.md"]


def lines_with_tests(page: str) -> list[str]:
    """The lines of the tables whose last column has tests."""
    tables = re.findall(r"^\|.*\| test \|\n\|[-|]+\|\n((?:\|.*\n)+)", (PROJECT / page).read_text(), re.M)
    return [line for table in tables for line in table.splitlines()]


@pytest.mark.parametrize("page", PAGES)
def test_each_line_names_a_test_that_exists(page: str) -> None:
    sources = "\n".join(path.read_text() for path in (PROJECT / "tests").rglob("test_*.py"))
    lines = lines_with_tests(page)
    assert len(lines) >= 4
    for line in lines:
        names = NAMES.findall(line)
        assert names, line
        for name in names:
            assert f"def {name}(" in sources, name
