"""Runs Terraform in one root and turns its machine-readable output into values, events and readable errors.

https://developer.hashicorp.com/terraform/internals/machine-readable-ui
https://developer.hashicorp.com/terraform/internals/json-format
"""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import FrameType
from typing import IO, Any, Literal

from privatelink.errors import UserError
from privatelink.terraform.environment import CONFIG_VARIABLE
from privatelink.terraform.mirror import MIRROR_VARIABLE, PROVIDER

MINIMUM_VERSION = (1, 9)  # the first whose `init` has -json
INSTALL_PAGE = "https://developer.hashicorp.com/terraform/install"
# CDKTF lets its user choose the binary by this variable; both must run the same one.
BINARY_VARIABLE = "TERRAFORM_BINARY_NAME"
# Another run of the same root is waited for this long.
_LOCK = ["-lock-timeout=60s"]
STOP_SECONDS = 60.0
PLAN_NAME = "terraform.tfplan"

EventKind = Literal[
    "planned", "drift", "refreshing", "started", "progress", "complete", "errored",
    "diagnostic", "summary", "message", "interrupted",
]  # fmt: skip


@dataclass(frozen=True)
class Diagnostic:
    """An error or a warning of Terraform's."""

    severity: str
    summary: str
    detail: str = ""
    address: str = ""
    file: str = ""
    line: int | None = None
    context: str = ""

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> "Diagnostic":
        """Read one diagnostic of Terraform's JSON."""
        place = data.get("range") or {}
        return cls(
            severity=data.get("severity", "error"),
            summary=data.get("summary", ""),
            detail=data.get("detail", ""),
            address=data.get("address", ""),
            file=place.get("filename", ""),
            line=(place.get("start") or {}).get("line"),
            context=(data.get("snippet") or {}).get("context") or "",
        )

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.file and self.line else self.file
        where = ", ".join(part for part in (self.address, self.context, place) if part)
        lines = [f"{self.severity}: {self.summary}"]
        if where:
            lines.append(f"  at {where}")
        lines += [f"  {line}".rstrip() for line in self.detail.strip().splitlines()]
        return "\n".join(lines)


@dataclass(frozen=True)
class Summary:
    """How many resources are, or were, added, changed and destroyed."""

    add: int = 0
    change: int = 0
    destroy: int = 0

    def __str__(self) -> str:
        return f"{self.add} to add, {self.change} to change, {self.destroy} to destroy"


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
    """What a successful Terraform command said. Failed `check` blocks are among the warnings."""

    warnings: list[Diagnostic] = field(default_factory=list)
    summary: Summary = Summary()


@dataclass(frozen=True)
class Plan:
    """A saved plan: its file, its JSON and what it would do."""

    path: Path
    read_json: Callable[[Path], dict[str, Any]] = field(repr=False, compare=False)
    clean: bool
    """Terraform's own "No changes": neither resources nor outputs differ."""
    summary: Summary = Summary()
    """The counts Terraform prints; a replacement counts as one added and one destroyed."""
    warnings: list[Diagnostic] = field(default_factory=list)

    @cached_property
    def json(self) -> dict[str, Any]:
        """`terraform show -json` of the plan; read when asked for, since it starts the provider again."""
        return self.read_json(self.path)

    @property
    def changes(self) -> list[dict[str, Any]]:
        """The resource changes that do something."""
        return [
            change
            for change in self.json.get("resource_changes", [])
            if change["change"]["actions"] not in (["no-op"], ["read"])
        ]

    @property
    def has_changes(self) -> bool:
        """Whether any resource would be changed; a changed output alone does not count."""
        return bool(self.changes)

    @property
    def output_changes(self) -> dict[str, dict[str, Any]]:
        """The outputs that would change, by name."""
        return {
            name: change
            for name, change in self.json.get("output_changes", {}).items()
            if change["actions"] != ["no-op"]
        }

    @property
    def drift(self) -> list[dict[str, Any]]:
        """What changed outside Terraform since the last apply."""
        return list(self.json.get("resource_drift", []))


class TerraformError(UserError):
    """Terraform ended with an error."""

    exit_code = 1

    def __init__(
        self,
        command: Sequence[str],
        exit_code: int,
        diagnostics: Sequence[Diagnostic] = (),
        output: str = "",
        directory: Path | None = None,
    ) -> None:
        self.command = list(command)
        self.code = exit_code
        self.diagnostics = list(diagnostics)
        self.output = output
        self.directory = directory
        super().__init__(str(self))

    def __str__(self) -> str:
        place = f" in {self.directory}" if self.directory else ""
        lines = [f"`{' '.join(self.command)}`{place} ended with exit code {self.code}"]
        # Errors last: that is where a reader of a long output looks first.
        lines += [
            str(found) for found in sorted(self.diagnostics, key=lambda found: found.severity == "error")
        ]
        if not any(found.severity == "error" for found in self.diagnostics) and self.output.strip():
            lines.append(self.output.strip())
        if any("Failed to query available provider packages" in found.summary for found in self.diagnostics):
            lines.append(
                f"to work without a network: run `terraform providers mirror DIRECTORY` where there is one, "
                f"and set {MIRROR_VARIABLE} to a copy of that directory (searched for {PROVIDER})"
            )
        return "\n".join(lines)


class TerraformMissingError(UserError):
    """Terraform is not installed, or is too old."""


class TerraformRoot:
    """One directory with Terraform configuration, and the commands run in it.

    Ctrl-C, SIGTERM and SIGHUP reach the running Terraform as one interrupt; it is then given a minute to end
    by itself. This needs the main thread, where Python delivers signals. A second Ctrl-C ends it at once.
    """

    def __init__(self, directory: Path, environment: Mapping[str, str]) -> None:
        if not directory.is_dir():
            raise UserError(f'no such Terraform directory: "{directory}"; has it been synthesized?')
        self.directory = directory.absolute()
        self.environment = {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", **environment}
        config = self.environment.get(CONFIG_VARIABLE)
        if config and not Path(config).is_file():
            del self.environment[CONFIG_VARIABLE]
        self._binary: str | None = None

    def init(self, *, upgrade: bool = False, on_event: OnEvent | None = None) -> Result:
        """Install the provider and set up the backend."""
        options = ["-upgrade"] if upgrade else []
        return self._stream(["init", *_LOCK, *options], on_event).result()

    def validate(self) -> Result:
        """Check the configuration without looking at any state or API."""
        command = ["validate", "-json"]
        run = self._run(command)
        try:
            found = [Diagnostic.parse(data) for data in json.loads(run.stdout)["diagnostics"]]
        except (ValueError, KeyError):
            found = []
        if run.returncode:
            raise self._error(command, run.returncode, found, run.stdout + run.stderr)
        return Result(warnings=found)

    def plan(
        self,
        out: Path | None = None,
        *,
        refresh_only: bool = False,
        destroy: bool = False,
        on_event: OnEvent | None = None,
    ) -> Plan:
        """Save a plan to `out` (default: `terraform.tfplan` in the root; it may hold secrets) and read it."""
        path = (out or self.directory / PLAN_NAME).absolute()
        options = ["-refresh-only"] * refresh_only + ["-destroy"] * destroy
        command = ["plan", *_LOCK, "-detailed-exitcode", f"-out={path}", *options]
        stream = self._stream(command, on_event, success=(0, 2))
        return Plan(path, self.show_plan, stream.exit_code == 0, stream.summary, stream.warnings)

    def apply(self, plan: Plan | Path | None = None, *, on_event: OnEvent | None = None) -> Result:
        """Apply a saved plan, or without one whatever has to be done now."""
        path = plan.path if isinstance(plan, Plan) else plan
        options = [str(path.absolute())] if path else ["-auto-approve"]
        return self._stream(["apply", *_LOCK, *options], on_event).result()

    def apply_refresh_only(self, *, on_event: OnEvent | None = None) -> Result:
        """Bring state and outputs up to date with what exists; change nothing that exists."""
        return self._stream(["apply", *_LOCK, "-refresh-only", "-auto-approve"], on_event).result()

    def destroy(self, *, on_event: OnEvent | None = None) -> Result:
        """Destroy everything in the state."""
        return self._stream(["destroy", *_LOCK, "-auto-approve"], on_event).result()

    def outputs(self) -> dict[str, Any]:
        """Return the value of each output in the state, sensitive ones too."""
        outputs = self._read_json(["output", "-json", "-no-color"])
        return {name: output["value"] for name, output in outputs.items()}

    def show_plan(self, path: Path) -> dict[str, Any]:
        """Return the JSON of a saved plan."""
        return self._read_json(["show", "-json", "-no-color", str(path.absolute())])

    def state_resources(self) -> list[dict[str, Any]]:
        """Return the resources and data sources in the state, those of child modules too."""
        values = self._read_json(["show", "-json", "-no-color"]).get("values", {})
        return list(_resources(values.get("root_module", {})))

    def format(self) -> None:
        """Format the native-syntax files in the root and the folders in it."""
        command = ["fmt", "-recursive", "-list=false"]
        run = self._run(command)
        if run.returncode:
            raise self._error(command, run.returncode, [], run.stderr or run.stdout)

    def provider_schemas(self) -> dict[str, Any]:
        """Return the schema of each provider of an initialized configuration, by its full address."""
        schemas: dict[str, Any] = self._read_json(["providers", "schema", "-json"])["provider_schemas"]
        return schemas

    def _read_json(self, command: list[str]) -> dict[str, Any]:
        run = self._run(command)
        if run.returncode:
            raise self._error(command, run.returncode, [], run.stderr or run.stdout)
        parsed: dict[str, Any] = json.loads(run.stdout)
        return parsed

    def _run(self, command: list[str]) -> "_Finished":
        lines: list[str] = []
        exit_code, errors = self._execute(command, lines.append, lambda: None)
        return _Finished(exit_code, "".join(lines), errors)

    def _stream(
        self, command: list[str], on_event: OnEvent | None, success: tuple[int, ...] = (0,)
    ) -> "_Stream":
        command = [command[0], "-json", "-input=false", *command[1:]]
        stream = _Stream(on_event)
        stream.exit_code, errors = self._execute(command, stream.read, stream.interrupted)
        if stream.exit_code not in success:
            raise self._error(command, stream.exit_code, stream.diagnostics, "".join(stream.unread) + errors)
        return stream

    def _error(
        self, command: Sequence[str], exit_code: int, found: Sequence[Diagnostic], output: str
    ) -> TerraformError:
        return TerraformError(["terraform", *command], exit_code, found, _plain(output), self.directory)

    def _execute(
        self, command: Sequence[str], on_line: Callable[[str], None], on_stop: Callable[[], None]
    ) -> tuple[int, str]:
        """Run one command to its end, give its output to `on_line`; return exit code and stderr."""
        binary = self._checked_binary()
        # stderr goes to a file: nobody would empty a second pipe while we read the first (TF_LOG fills it).
        with tempfile.TemporaryFile("w+", errors="replace") as errors, _signals_raise():
            process = subprocess.Popen(
                [binary, *command],
                cwd=self.directory,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                errors="replace",
                # A terminal sends Ctrl-C to its whole foreground group, and Terraform takes a second
                # interrupt as "exit at once": in its own session it gets only the one that we send.
                start_new_session=True,
            )
            try:
                for line in _lines(process):
                    on_line(line)
                process.wait()
            except BaseException:
                _stop(process, on_line, on_stop)
                raise
            errors.seek(0)
            return process.returncode, errors.read()

    def _checked_binary(self) -> str:
        if self._binary is None:
            self._binary = _find_terraform(self.environment, self.directory)
        return self._binary


@dataclass(frozen=True)
class _Finished:
    returncode: int
    stdout: str
    stderr: str


class _Stream:
    """Reads the lines of a command run with -json."""

    def __init__(self, on_event: OnEvent | None) -> None:
        self.on_event = on_event
        self.exit_code = 0
        self.diagnostics: list[Diagnostic] = []
        self.unread: list[str] = []
        self.summary = Summary()

    @property
    def warnings(self) -> list[Diagnostic]:
        return [found for found in self.diagnostics if found.severity == "warning"]

    def result(self) -> Result:
        return Result(self.warnings, self.summary)

    def read(self, line: str) -> None:
        try:
            data = json.loads(line)
            kind = data["type"]
        except (ValueError, KeyError, TypeError):
            # Errors from before -json is understood, e.g. an unknown option in TF_CLI_ARGS.
            self.unread.append(line)
            return
        message = str(data.get("@message", "")).strip()
        if kind == "diagnostic":
            found = Diagnostic.parse(data["diagnostic"])
            # Some are said twice, e.g. a configuration error during init.
            if found not in self.diagnostics:
                self.diagnostics.append(found)
                self._emit(Event("diagnostic", message, address=found.address, diagnostic=found))
        elif kind == "change_summary":
            counts = data["changes"]
            self.summary = Summary(counts["add"], counts["change"], counts["remove"])
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
        self._emit(Event("interrupted", "interrupted: Terraform finishes what it has begun, then stops"))

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


def _lines(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdout is not None  # noqa: S101 - it was opened as a pipe
    return process.stdout


def _stop(
    process: subprocess.Popen[str], on_line: Callable[[str], None], on_stop: Callable[[], None]
) -> None:
    """Ask Terraform to stop, wait, and leave nothing of it running."""
    # Only Terraform itself is asked: it stops its provider processes in its own time.
    process.send_signal(signal.SIGINT)
    deadline = threading.Timer(STOP_SECONDS, _kill_group, [process])
    deadline.daemon = True
    deadline.start()
    try:
        with contextlib.suppress(Exception):
            on_stop()
        # Reading on keeps Terraform from blocking on a full pipe.
        for line in _lines(process):
            with contextlib.suppress(Exception):
                on_line(line)
        process.wait()
    finally:
        deadline.cancel()
        _kill_group(process)
        process.wait()


def _kill_group(process: subprocess.Popen[str]) -> None:
    # The session Terraform was started in makes it the leader of a process group of the same number.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


@contextlib.contextmanager
def _signals_raise() -> Iterator[None]:
    """Let SIGTERM and SIGHUP unwind the stack, as Ctrl-C does, unless the program handles them already."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def leave(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    changed = [
        number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) is signal.SIG_DFL
    ]
    for number in changed:
        signal.signal(number, leave)
    try:
        yield
    finally:
        for number in changed:
            signal.signal(number, signal.SIG_DFL)


def _find_terraform(environment: Mapping[str, str], directory: Path) -> str:
    needed = f"{MINIMUM_VERSION[0]}.{MINIMUM_VERSION[1]}"
    name = environment.get(BINARY_VARIABLE) or "terraform"
    found = shutil.which(name, path=environment.get("PATH"))
    if found is None:
        raise TerraformMissingError(
            f'no "{name}" on PATH; Terraform {needed} or newer is needed: {INSTALL_PAGE} '
            f"(another name or place can be given in {BINARY_VARIABLE})"
        )
    binary = str(Path(found).absolute())
    try:
        # In the root: version managers choose by the directory.
        run = subprocess.run(
            [binary, "version", "-json"],
            cwd=directory,
            env=dict(environment),
            capture_output=True,
            text=True,
            timeout=60,
        )
        version = str(json.loads(run.stdout)["terraform_version"])
        match = re.match(r"(\d+)\.(\d+)", version)
    except (OSError, ValueError, KeyError, TypeError, subprocess.TimeoutExpired) as error:
        raise TerraformMissingError(
            f"`{binary} version -json` does not tell a version ({type(error).__name__}: {error}); "
            f"Terraform {needed} or newer is needed: {INSTALL_PAGE}"
        ) from error
    if match is None or (int(match[1]), int(match[2])) < MINIMUM_VERSION:
        raise TerraformMissingError(
            f"{binary} is Terraform {version}; {needed} or newer is needed: {INSTALL_PAGE}"
        )
    return binary


def _resources(module: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from module.get("resources", [])
    for child in module.get("child_modules", []):
        yield from _resources(child)


def _plain(text: str) -> str:
    """Return the text without colours and other control characters."""
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", text)
