"""The flowchart; `tests/unit/test_node_tools.py` has Mermaid read those of all examples."""

import re
from pathlib import Path

import pytest

from privatelink.drawing.mermaid import as_mermaid
from privatelink.drawing.picture import picture_of
from privatelink.topology.file import load
from tests.support.drawings import DRAWN, drawn, sized


def edges(text: str) -> set[tuple[str, str]]:
    return set(re.findall(r"^ *(\w+) (?:-->|==>)(?:\|PrivateLink\|)? (\w+)$", text, re.MULTILINE))


@pytest.mark.parametrize("path", DRAWN, ids=lambda path: path.stem)
def test_every_edge_has_nodes_and_every_subgraph_an_end(path: Path) -> None:
    text = as_mermaid(picture_of(load(path)))
    nodes = set(re.findall(r"^ *(\w+)\[", text, re.MULTILINE))
    assert {node for edge in edges(text) for node in edge} <= nodes
    assert text.count("subgraph") == len(re.findall(r"^  end$", text, re.MULTILINE))


def test_the_path_of_the_walkthrough() -> None:
    found = edges(as_mermaid(drawn("topology")))
    assert {("c0z0", "c0e0"), ("c0e0", "s0"), ("s0", "s0b0"), ("s0b0", "s0z0"), ("s0i", "s0b0")} <= found


def test_existing_targets_and_services_of_others() -> None:
    found = edges(as_mermaid(drawn("existing-network")))
    assert {("s0b0", "s0t"), ("c0e1", "o0")} <= found
    assert ("s0b0", "s0z0") not in found


def test_hidden_consumers_have_edges_to_their_services() -> None:
    assert {("more", "s0"), ("more", "s1")} <= edges(as_mermaid(picture_of(sized(1, 30, 2))))


def test_text_of_the_topology_is_quoted() -> None:
    text = as_mermaid(picture_of(sized(1, 1)))
    assert "#60;b#62;#34;한국어#34;" in text
