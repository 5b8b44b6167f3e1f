"""Node.js and jsii's package cache."""

import importlib.util
from pathlib import Path

import pytest

from privatelink.doctor.node import node, package_cache
from privatelink.framework import choice, jsii_cache
from tests.support.fake_terraform import fake_binary


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> None:
    """No package is installed."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)


@pytest.mark.parametrize(
    ("version", "state"), [("v22.1.0", "ok"), ("v18.0.0", "ok"), ("v16.20.2", "missing")]
)
def test_the_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, state: str) -> None:
    binary = fake_binary(tmp_path / "node", f"echo {version}")
    monkeypatch.setenv("JSII_NODE", str(binary))
    found = node()
    assert (found.state, found.found) == (state, f"{version[1:]}, {binary}")
    assert bool(found.fix) == (state == "missing")
    assert "synth" in found.needed_for


@pytest.mark.parametrize("answer", ["exit 1", "echo hello", "sleep 30"])
def test_a_node_that_tells_no_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    monkeypatch.setattr("privatelink.doctor.node._SECONDS", 0.2)
    monkeypatch.setenv("JSII_NODE", str(fake_binary(tmp_path / "node", answer)))
    found = node()
    assert found.state == "missing"
    assert "does not print a version" in found.found


def test_no_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JSII_NODE", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = node()
    assert (found.state, found.found) == ("missing", 'no command "node"')
    assert "18 or newer" in found.fix


def test_a_cold_and_a_warm_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSII_RUNTIME_PACKAGE_CACHE_ROOT", str(tmp_path))
    cold = package_cache()
    assert (cold.state, cold.fix) == ("warning", "python -m privatelink.stacks.warm")
    assert str(tmp_path) in cold.found

    index = tmp_path / choice.FRAMEWORK.assembly / "1" / "2" / ".jsii.runtime.v1.json"
    index.parent.mkdir(parents=True)
    index.touch()
    assert jsii_cache.is_warm()
    assert package_cache().state == "ok"


@pytest.mark.usefixtures("without")
def test_without_the_extra_there_is_no_cache_to_look_at() -> None:
    found = package_cache()
    assert (found.state, found.found) == ("ok", "not used: the synth extra is not installed")
