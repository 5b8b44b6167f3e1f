"""Words of AWS are written as AWS's pages write them: in the pages, the topology fields and the rules."""

import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest

from privatelink.constructs import built_in
from privatelink.constructs import rules as constructs
from privatelink.review.catalogue import RULES as REVIEWED
from privatelink.topology import catalogue as topology
from tests.support.project import PROJECT

FOLDERS = ("docs", "examples", "terraform")
CHECKED = (*topology.RULES, *constructs.ARGUMENTS, *constructs.CONDITIONS)
CODE = re.compile(
    r"^```.*?^```"  # a block of code
    r"|`[^`]*`"
    r"|\{[^}]*\}"  # a parameter of a rule
    r"|<[^>]*>"  # a part of an ARN or a name
    r"|\[[\w-]+\]\([^)]*\)"  # a link named after its file
    r"|\]\([^)]*\)|https?://\S+",
    re.MULTILINE | re.DOTALL,
)
# Not in a name, such as --region, cross-region.yaml or service_region; *region* is a parameter.
SMALL = re.compile(r"(?<![\w*./-])regions?(?![\w*/=-]|\.\w)")


def small(text: str) -> list[str]:
    """Return the places where a text, without its code, writes a Region of AWS with a small letter."""
    return [match[0] for match in re.finditer(rf".{{0,40}}{SMALL.pattern}", CODE.sub("", text))]


def pages() -> list[str]:
    """Return the pages that people read."""
    found = chain(PROJECT.glob("*.md"), *(PROJECT.glob(f"{folder}/**/*.md") for folder in FOLDERS))
    return sorted(path.relative_to(PROJECT).as_posix() for path in found)


def descriptions(schema: Any) -> Iterator[str]:
    """Return the descriptions in a JSON Schema."""
    for key, value in schema.items() if isinstance(schema, dict) else enumerate(schema):
        if key == "description" and isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            yield from descriptions(value)


@pytest.mark.parametrize("text", ["the region of the VPC", "other regions, too", "Its\nregion", "no region."])
def test_a_small_letter_is_found(text: str) -> None:
    assert small(text)


@pytest.mark.parametrize(
    "text",
    [
        "the Region of the VPC",
        "`region`",
        "in {region}",
        "arn:aws:sns:<region>:<name>",
        "--region",
        "[cross-region](../examples/cross-region.yaml)",
        "```yaml\nservice:\n  region: ap-northeast-2\n```",
    ],
)
def test_names_and_code_are_not_found(text: str) -> None:
    assert small(text) == []


@pytest.mark.parametrize("page", pages())
def test_pages(page: str) -> None:
    assert small((PROJECT / page).read_text(encoding="utf-8")) == []


def test_descriptions_of_fields() -> None:
    schema = json.loads((PROJECT / "docs/topology.schema.json").read_text(encoding="utf-8"))
    assert [found for text in descriptions(schema) for found in small(text)] == []


def test_rules() -> None:
    texts = [text for rule in CHECKED for text in (rule.what, rule.allowed, rule.fix, rule.why)]
    texts += [text for rule in built_in.RULES for text in (rule.what, rule.why)]
    texts += [text for rule in REVIEWED for text in (rule.title, rule.consequence, rule.instead)]
    assert [found for text in texts for found in small(text)] == []
