"""Which topology file a command works on."""

from pathlib import Path

import pytest

from privatelink.cli.arguments import topology_file


def test_the_argument_comes_before_the_variable_and_that_before_the_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PRIVATELINK_TOPOLOGY", raising=False)
    assert topology_file(None) == Path("topology.yaml")

    monkeypatch.setenv("PRIVATELINK_TOPOLOGY", "other.yaml")
    assert topology_file(None) == Path("other.yaml")
    assert topology_file(Path("mine.yaml")) == Path("mine.yaml")
