"""Questions: asked on standard error, answered on standard input."""

import io
import sys

import pytest

from privatelink.cli import prompts


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_the_question_does_not_go_to_standard_output(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer(monkeypatch, "  blue \n")

    assert prompts.ask("colour? ") == "blue"
    assert capsys.readouterr() == ("", "colour? ")


@pytest.mark.parametrize(
    ("text", "meant"), [("y\n", True), ("YES\n", True), ("n\n", False), ("\n", False), ("yo\n", False)]
)
def test_only_yes_confirms(monkeypatch: pytest.MonkeyPatch, text: str, meant: bool) -> None:
    answer(monkeypatch, text)

    assert prompts.confirmed("continue?") is meant


def test_the_end_of_the_input_is_an_interruption(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, "")

    with pytest.raises(KeyboardInterrupt):
        prompts.ask("colour? ")


def test_a_pipe_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, "")

    assert not prompts.at_a_terminal()
