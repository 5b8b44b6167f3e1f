"""Shows a running Terraform command: a live list on a terminal, plain lines anywhere else."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from privatelink.terraform.events import Event, OnEvent

# Terraform repeats "still creating" every 10 s; in a log, every third says as much.
PLAIN_PROGRESS_SECONDS = 30

_DOING = {
    "create": "creating",
    "update": "changing",
    "delete": "destroying",
    "replace": "replacing",
    "read": "reading",
}
_DONE = {
    "create": "created",
    "update": "changed",
    "delete": "destroyed",
    "replace": "replaced",
    "read": "read",
}


@contextmanager
def progress(console: Console, title: str) -> Iterator[OnEvent]:
    """Give a function to pass as `on_event`, and show on the console what it is told.

    with progress(console, "provider side") as on_event:
        root.apply(on_event=on_event)
    """
    display = _Display(title)
    if console.is_terminal and not console.is_dumb_terminal:
        with Live(display, console=console, transient=True, refresh_per_second=4):
            yield lambda event: _print(console, *display.take(event))
    else:
        _print(console, Text(f"{title} ..."))
        yield lambda event: _print(console, *_while_running(event), *display.take(event))
    _print(console, display.last_line())


def _while_running(event: Event) -> list[Text]:
    """Return the lines that take the place of the live list."""
    doing = f"{_verb(_DOING, event)} {_clean(event.address)}"
    if event.kind == "started":
        return [Text(f"  {doing}")]
    if event.kind == "progress" and event.elapsed and event.elapsed % PLAIN_PROGRESS_SECONDS < 1:
        return [Text(f"  still {doing} ({event.elapsed:.0f} s)")]
    return []


class _Display:
    """What is running now, and the lines for what has ended."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.began = time.monotonic()
        self.running: dict[str, tuple[str, float]] = {}
        self.refreshed = 0
        self.result = ""
        self.notice = ""
        self.spinner = Spinner("dots")

    def take(self, event: Event) -> list[Text]:
        """Note one event; return the lines to keep on the screen."""
        if event.kind == "started":
            self.running[event.address] = (_verb(_DOING, event), time.monotonic())
        elif event.kind in ("complete", "errored"):
            self.running.pop(event.address, None)
            took = "" if event.elapsed is None else f" ({event.elapsed:.0f} s)"
            if event.kind == "errored":
                return [Text(f"  failed {_verb(_DOING, event)} {_clean(event.address)}{took}", "red")]
            return [Text(f"  {_verb(_DONE, event)} {_clean(event.address)}{took}", "green")]
        elif event.kind == "refreshing":
            self.refreshed += 1
        elif event.kind == "summary":
            self.result = event.message
        elif event.kind == "interrupted":
            self.notice = event.message
            return [Text(f"  {_clean(event.message)}", "yellow")]
        return []

    def last_line(self) -> Text:
        """Return what the command came to."""
        took = f"{time.monotonic() - self.began:.0f} s"
        return Text(f"{self.title}: {_clean(self.result) or 'done'} ({took})", "bold")

    def __rich__(self) -> RenderableType:
        now = time.monotonic()
        head = f"{self.title}  {now - self.began:.0f} s"
        if not self.running and self.refreshed:
            head += f"  ({self.refreshed} read)"
        if self.notice:
            head += f"  {self.notice}"
        self.spinner.update(text=Text(head, "bold"))
        rows = [
            Text(
                f"  {doing} {_clean(address)}  {now - began:.0f} s", "dim", no_wrap=True, overflow="ellipsis"
            )
            for address, (doing, began) in list(self.running.items())
        ]
        return Group(self.spinner, *rows)


def _verb(words: dict[str, str], event: Event) -> str:
    return words.get(event.action, event.action or "working on")


def _clean(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]", " ", text)


def _print(console: Console, *lines: Text) -> None:
    for line in lines:
        # Not wrapped to a width outside a terminal: a log is searched line by line.
        console.print(line, soft_wrap=not console.is_terminal)
