"""How a running Terraform command is shown."""

import io
import re

import pytest
from rich.console import Console

from privatelink.terraform.events import Event
from privatelink.terraform.progress import Progress, progress

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


def plain() -> Console:
    return Console(file=io.StringIO(), force_terminal=False, width=40)


def terminal() -> Console:
    return Console(file=io.StringIO(), force_terminal=True, width=100, _environ={"TERM": "xterm"})


def text(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def started(address: str, action: str = "create") -> Event:
    return Event("started", "", address, action)


def complete(address: str, action: str = "create", elapsed: float = 61) -> Event:
    return Event("complete", "", address, action, elapsed)


def test_plain_lines_tell_start_and_end() -> None:
    console = plain()
    with progress(console, "provider [side]") as on_event:
        on_event(started("aws_lb.nlb"))
        on_event(complete("aws_lb.nlb"))
        on_event(Event("summary", "Apply complete! Resources: 1 added.", action="apply"))
    lines = text(console).splitlines()
    assert lines[:3] == ["provider [side] ...", "  creating aws_lb.nlb", "  created aws_lb.nlb (61 s)"]
    assert re.fullmatch(r"provider \[side\]: Apply complete! Resources: 1 added\. \(\d+ s\)", lines[3])
    assert len(lines) == 4


def test_plain_lines_hold_no_control_characters_and_are_not_wrapped() -> None:
    console = plain()
    long = 'aws_lb.nlb["' + 60 * "x" + '\x1b[31m\r"]'
    with progress(console, "side") as on_event:
        on_event(started(long))
        on_event(complete(long))
        on_event(Event("interrupted", "inter\x1brupted"))
        on_event(Event("summary", "done\x1b[0m", action="apply"))
    assert not CONTROL.search(text(console))
    assert len(text(console).splitlines()) == 5


def test_plain_lines_repeat_a_long_wait_every_thirty_seconds() -> None:
    console = plain()
    with progress(console, "side") as on_event:
        on_event(started("aws_lb.nlb"))
        for elapsed in range(10, 70, 10):
            on_event(Event("progress", "", "aws_lb.nlb", "create", elapsed))
    assert re.findall(r"still .*", text(console)) == [
        "still creating aws_lb.nlb (30 s)",
        "still creating aws_lb.nlb (60 s)",
    ]


@pytest.mark.parametrize("make", [plain, terminal])
@pytest.mark.parametrize(
    ("action", "words"),
    [("update", "changed"), ("delete", "destroyed"), ("replace", "replaced"), ("move", "move")],
)
def test_each_action_has_its_word(make, action: str, words: str) -> None:
    console = make()
    with progress(console, "side") as on_event:
        on_event(complete("aws_lb.nlb", action, 1))
    assert f"{words} aws_lb.nlb (1 s)" in text(console)


@pytest.mark.parametrize("make", [plain, terminal])
def test_failures_and_interruption_are_said(make) -> None:
    console = make()
    with progress(console, "side") as on_event:
        on_event(started("aws_lb.nlb"))
        on_event(Event("interrupted", "interrupted: wait"))
        on_event(Event("errored", "", "aws_lb.nlb", "create", 3))
    assert "failed creating aws_lb.nlb (3 s)" in text(console)
    assert "interrupted: wait" in text(console)


def test_terminal_lists_what_is_running_with_its_age(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("privatelink.terraform.progress.time.monotonic", lambda: now[0])
    console = terminal()
    with progress(console, "provider side") as on_event:
        on_event(started("aws_lb.nlb"))
        now[0] += 42
        on_event(complete("aws_eip.one"))
        frame = text(console).rsplit("created aws_eip.one", 1)[1]
    assert re.search(r"provider side +42 s", frame)
    assert "creating aws_lb.nlb  42 s" in frame


def test_terminal_leaves_only_the_finished_lines() -> None:
    console = terminal()
    with progress(console, "side") as on_event:
        on_event(started("aws_lb.nlb"))
        on_event(complete("aws_lb.nlb"))
    assert "side: done" in text(console).rsplit("\x1b[2K", 1)[1]
    # The cursor, hidden while the list is live, is shown again.
    assert text(console).rindex("\x1b[?25h") > text(console).rindex("\x1b[?25l")


@pytest.mark.parametrize("make", [plain, terminal])
def test_a_failure_is_passed_on_and_not_called_done(make) -> None:
    console = make()

    def fail() -> None:
        with progress(console, "side") as on_event:
            on_event(started("aws_lb.nlb"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert "done" not in text(console)
    if console.is_terminal:
        assert text(console).rindex("\x1b[?25h") > text(console).rindex("\x1b[?25l")


def test_the_last_summary_is_the_result() -> None:
    console = plain()
    with progress(console, "side") as on_event:
        on_event(Event("summary", "Plan: 1 to add", action="plan"))
        on_event(Event("summary", "Apply complete!", action="apply"))
        on_event(Event("refreshing", "", "aws_lb.nlb"))
    assert "Plan:" not in text(console)
    assert "side: Apply complete!" in text(console)


def test_commands_that_run_at_the_same_time_say_whose_lines_are_whose() -> None:
    console = plain()
    shown = Progress(console)
    with shown.command("a", "apply") as a, shown.command("b", "apply") as b:
        a(started("aws_lb.nlb"))
        b(complete("aws_vpc.vpc"))
        b(started("data.aws_ami.image", "read"))
        b(complete("data.aws_ami.image", "read"))
        a(Event("interrupted", "interrupted: wait"))
        b(Event("summary", "Apply complete!", action="apply"))
    assert [re.sub(r"\d+ s", "0 s", line) for line in text(console).splitlines()] == [
        "a: apply ...",
        "b: apply ...",
        "a: creating aws_lb.nlb",
        "b: created aws_vpc.vpc (0 s)",
        "a: interrupted: wait",
        "b: Apply complete! (0 s)",
        "a: apply done (0 s)",
    ]


def test_a_terminal_shows_all_that_run_and_only_those() -> None:
    console = terminal()
    shown = Progress(console)
    with shown.command("stack-a", "plan") as a:
        with shown.command("stack-b", "apply") as b:
            b(started("aws_lb.nlb"))
            a(complete("aws_vpc.one"))
            frame = text(console).rsplit("created aws_vpc.one", 1)[1]
            assert re.search(r"stack-a: plan +0 s", frame)
            assert re.search(r"stack-b: apply +0 s", frame)
            assert "creating aws_lb.nlb" in frame
        a(complete("aws_vpc.two"))
        frame = text(console).rsplit("created aws_vpc.two", 1)[1]
        assert "stack-a: plan" in frame
        assert "stack-b" not in frame
    # The cursor, hidden while the list is live, is shown again; and again, where more runs later.
    assert text(console).rindex("\x1b[?25h") > text(console).rindex("\x1b[?25l")
    with shown.command("stack-c", "plan"):
        pass
    assert text(console).rindex("\x1b[?25h") > text(console).rindex("\x1b[?25l")
