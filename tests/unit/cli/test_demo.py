"""`privatelink demo`: what it passes on, that no setting of AWS reaches it, and how it ends."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from privatelink.cli import demo
from privatelink.demo.synthesis import SynthError
from tests.support.cli import run


@pytest.fixture(autouse=True)
def same_handlers() -> Iterator[None]:
    """The command sets a handler for the whole process."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the demo was asked to show; it shows nothing."""
    asked: list[dict[str, Any]] = []

    def show(_: Any, topology: Path | None, files: Path, **options: Any) -> int:
        aws = [name for name in os.environ if name.startswith("AWS_")]
        asked.append({"topology": topology, "files": files, "aws": aws, **options})
        return 0

    monkeypatch.setattr(demo, "show", show)
    return asked


def test_the_walkthrough_is_the_default(shown: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")

    assert run("demo").exit_code == 0

    assert shown == [{"topology": None, "files": Path(".demo"), "aws": [], "keep": False, "as_json": False}]


def test_options_are_passed_on(shown: list[dict[str, Any]], tmp_path: Path) -> None:
    run("demo", "--topology", "mine.yaml", "--files", tmp_path, "--keep", "--json")

    (asked,) = shown
    assert (asked["topology"], asked["files"]) == (Path("mine.yaml"), tmp_path)
    assert (asked["keep"], asked["as_json"]) == (True, True)


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "the local AWS is stopped, and nothing is left running"),
        (SynthError("shop.yaml:1:1: wrong"), 2, "error: shop.yaml:1:1: wrong"),
    ],
)
def test_how_it_ends(error: BaseException, code: int, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> int:
        raise error

    monkeypatch.setattr(demo, "show", fail)

    ran = run("demo")

    assert ran.exit_code == code
    assert said in ran.output


def test_cleaning_shows_nothing(shown: list[dict[str, Any]], tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()

    ran = run("demo", "--clean", "--files", tmp_path / "demo")

    assert (ran.exit_code, shown) == (0, [])
    assert not (tmp_path / "demo").exists()
