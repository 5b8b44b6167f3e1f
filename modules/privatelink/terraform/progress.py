"""Shows running Terraform commands: a live list on a terminal, plain lines elsewhere."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from privatelink.terraform.events import Event, OnEvent

# Terraform repeats "still creating" every 10 s; a log shows every third of them.
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


class Progress:
    """Shows the commands that run in parallel; each thread shows its own command."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._is_live = console.is_terminal and not console.is_dumb_terminal
        self._lock = threading.Lock()
        self._displays: list[_Display] = []
        self._live: Live | None = None

    @contextmanager
    def command(self, title: str, command: str = "") -> Iterator[OnEvent]:
        """Yield a function to pass as `on_event`, and show its events until the block ends.

        Arguments:
            title: what is running, for example a stack.
            command: the command, if others run in parallel; then each line starts with the title.
        """
        display = _Display(title, command)
        if not self._is_live:
            self._print(Text(f"{display.head} ..."))
        self._show(display)
        try:
            yield lambda event: self._take(display, event)
        finally:
            self._hide(display)
        self._print(display.last_line())

    def _show(self, display: "_Display") -> None:
        with self._lock:
            self._displays.append(display)
            if self._is_live and self._live is None:
                self._live = Live(self, console=self._console, transient=True, refresh_per_second=4)
                self._live.start()

    def _hide(self, display: "_Display") -> None:
        with self._lock:
            self._displays.remove(display)
            if self._live and not self._displays:
                self._live.stop()
                self._live = None

    def _take(self, display: "_Display", event: Event) -> None:
        if not self._is_live:
            self._print(*display.while_running(event))
        self._print(*display.take(event))

    def _print(self, *lines: Text) -> None:
        for line in lines:
            # Do not wrap lines in a log: logs are searched line by line.
            self._console.print(line, soft_wrap=not self._console.is_terminal)

    def __rich__(self) -> RenderableType:
        return Group(*list(self._displays))


@contextmanager
def progress(console: Console, title: str) -> Iterator[OnEvent]:
    """Yield a function to pass as `on_event`, and show its events on the console.

    with progress(console, "provider side") as on_event:
        root.apply(on_event=on_event)
    """
    with Progress(console).command(title) as on_event:
        yield on_event


class _Display:
    """The running actions of a command, and the lines of those that have ended."""

    def __init__(self, title: str, command: str) -> None:
        self.title = title
        self.command = command
        self.head = f"{title}: {command}" if command else title
        self.prefix = f"{title}: " if command else "  "
        self.began = time.monotonic()
        self.running: dict[str, tuple[str, float]] = {}
        self.refreshed = 0
        self.result = ""
        self.notice = ""
        self.spinner = Spinner("dots")

    def while_running(self, event: Event) -> list[Text]:
        """Return the lines that replace the live list."""
        doing = f"{_verb(_DOING, event)} {_clean(event.address)}"
        if self._is_aside(event):
            return []
        if event.kind == "started":
            return [self._line(doing)]
        if event.kind == "progress" and event.elapsed and event.elapsed % PLAIN_PROGRESS_SECONDS < 1:
            return [self._line(f"still {doing} ({event.elapsed:.0f} s)")]
        return []

    def take(self, event: Event) -> list[Text]:
        """Process one event, and return the lines to keep on the screen."""
        if event.kind == "started":
            self.running[event.address] = (_verb(_DOING, event), time.monotonic())
        elif event.kind in ("complete", "errored"):
            self.running.pop(event.address, None)
            if self._is_aside(event):
                return []
            took = "" if event.elapsed is None else f" ({event.elapsed:.0f} s)"
            if event.kind == "errored":
                return [self._line(f"failed {_verb(_DOING, event)} {_clean(event.address)}{took}", "red")]
            return [self._line(f"{_verb(_DONE, event)} {_clean(event.address)}{took}", "green")]
        elif event.kind == "refreshing":
            self.refreshed += 1
        elif event.kind == "summary":
            self.result = event.message
        elif event.kind == "interrupted":
            self.notice = event.message
            return [self._line(_clean(event.message), "yellow")]
        return []

    def _is_aside(self, event: Event) -> bool:
        """Return whether to omit an event: reads of data sources, if several commands run."""
        return bool(self.command) and event.action == "read" and event.kind != "errored"

    def _line(self, text: str, style: str = "") -> Text:
        return Text(f"{self.prefix}{text}", style)

    def last_line(self) -> Text:
        """Return the result of the command."""
        took = f"{time.monotonic() - self.began:.0f} s"
        return Text(f"{self.title}: {_clean(self.result) or f'{self.command} done'.strip()} ({took})", "bold")

    def __rich__(self) -> RenderableType:
        now = time.monotonic()
        head = f"{self.head}  {now - self.began:.0f} s"
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
