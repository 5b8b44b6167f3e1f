"""Reads the events of a running Terraform command from its machine-readable output.

https://developer.hashicorp.com/terraform/internals/machine-readable-ui
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from privatelink.terraform.diagnostics import Diagnostic
from privatelink.terraform.plan import Summary

EventKind = Literal[
    "planned", "drift", "refreshing", "started", "progress", "complete", "errored",
    "diagnostic", "summary", "message", "interrupted",
]  # fmt: skip


@dataclass(frozen=True)
class Event:
    """One step of a running Terraform command."""

    kind: EventKind
    message: str
    address: str = ""
    action: str = ""
    elapsed: float | None = None
    resource_id: str = ""
    diagnostic: Diagnostic | None = None


OnEvent = Callable[[Event], None]


@dataclass(frozen=True)
class Result:
    """The result of a successful Terraform command. Failed `check` blocks are warnings."""

    warnings: list[Diagnostic] = field(default_factory=list)
    summary: Summary = field(default_factory=Summary)


class EventReader:
    """Reads the output lines of a command that was run with -json."""

    def __init__(self, on_event: OnEvent | None) -> None:
        self.on_event = on_event
        self.diagnostics: list[Diagnostic] = []
        self.unread: list[str] = []
        """Lines that are not JSON, for example an error in TF_CLI_ARGS."""
        self.summary = Summary()

    @property
    def warnings(self) -> list[Diagnostic]:
        """The warnings among the diagnostics."""
        return [found for found in self.diagnostics if found.severity == "warning"]

    def result(self) -> Result:
        """Return the result of the command."""
        return Result(self.warnings, self.summary)

    def read(self, line: str) -> None:
        """Read one line, and forward its event."""
        try:
            data = json.loads(line)
            kind = data["type"]
        except (ValueError, KeyError, TypeError):
            self.unread.append(line)
            return
        message = str(data.get("@message", "")).strip()
        if kind == "diagnostic":
            found = Diagnostic.parse(data["diagnostic"])
            # Terraform prints some twice, for example a configuration error during init.
            if found not in self.diagnostics:
                self.diagnostics.append(found)
                self._emit(Event("diagnostic", message, address=found.address, diagnostic=found))
        elif kind == "change_summary":
            counts = data["changes"]
            self.summary = Summary(counts["add"], counts["change"], counts["remove"], counts.get("import", 0))
            self._emit(Event("summary", message, action=counts.get("operation", "")))
        elif kind in _HOOKS:
            hook = data.get("hook") or data.get("change") or {}
            self._emit(
                Event(
                    _HOOKS[kind],
                    message,
                    address=hook.get("resource", {}).get("addr", ""),
                    action=hook.get("action", ""),
                    elapsed=hook.get("elapsed_seconds"),
                    resource_id=hook.get("id_value") or "",
                )
            )
        elif kind in ("log", "init_output", "provision_progress"):
            self._emit(Event("message", message))

    def interrupted(self) -> None:
        """Forward that the command was interrupted."""
        self._emit(Event("interrupted", "interrupted: Terraform finishes its running requests, then stops"))

    def _emit(self, event: Event) -> None:
        if self.on_event:
            self.on_event(event)


_HOOKS: dict[str, EventKind] = {
    "planned_change": "planned",
    "resource_drift": "drift",
    "refresh_start": "refreshing",
    "apply_start": "started",
    "apply_progress": "progress",
    "apply_complete": "complete",
    "apply_errored": "errored",
}
