"""Runs Terraform in a root module, and reads its machine-readable output: values, events, errors.

https://developer.hashicorp.com/terraform/internals/json-format
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from privatelink.errors import UserError
from privatelink.json_types import Json
from privatelink.terraform.binary import find_binary
from privatelink.terraform.diagnostics import Diagnostic, TerraformError
from privatelink.terraform.documents import (
    Output,
    PlanJson,
    ProviderSchema,
    ProviderSchemas,
    RawInstance,
    RawResource,
    RawState,
    StateJson,
    StateModule,
    StateResource,
)
from privatelink.terraform.environment import CONFIG_VARIABLE
from privatelink.terraform.events import EventReader, OnEvent, Result
from privatelink.terraform.plan import PLAN_NAME, Plan
from privatelink.terraform.process import Finished, Interruption, run

# Maximum time to wait for another run in the same root module.
_LOCK = ["-lock-timeout=60s"]


class TerraformRoot:
    """A root module, and the Terraform commands that run in it.

    Ctrl-C, SIGTERM and SIGHUP interrupt the running Terraform once; it then has a minute to end by itself. A
    second Ctrl-C kills it. Outside the main thread, where Python delivers no signals, this needs an
    `interruption`.

    Arguments:
        directory: the directory of the root module.
        environment: the complete environment of Terraform.
        binary: the path of Terraform or OpenTofu; default: found when it is first needed.
        interruption: the interruption that commands in several threads share.
    """

    def __init__(
        self,
        directory: Path,
        environment: Mapping[str, str],
        *,
        binary: str | None = None,
        interruption: Interruption | None = None,
    ) -> None:
        if not directory.is_dir():
            raise UserError(f'no such Terraform directory: "{directory}"; run `privatelink synth`')
        self.directory = directory.absolute()
        self.environment = {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", **environment}
        config = self.environment.get(CONFIG_VARIABLE)
        if config and not Path(config).is_file():
            del self.environment[CONFIG_VARIABLE]
        self._binary = binary
        self._interruption = interruption

    @property
    def binary(self) -> str:
        """The path of the binary; raises `TerraformMissingError` if there is none."""
        if self._binary is None:
            self._binary = find_binary(self.environment, self.directory, interruption=self._interruption)
        return self._binary

    def using(self, environment: Mapping[str, str]) -> "TerraformRoot":
        """Return the same root with another environment."""
        return TerraformRoot(
            self.directory, environment, binary=self._binary, interruption=self._interruption
        )

    def init(self, *, upgrade: bool = False, on_event: OnEvent | None = None) -> Result:
        """Install the provider and set up the backend."""
        options = ["-upgrade"] if upgrade else []
        return self._stream(["init", *_LOCK, *options], on_event).events.result()

    def validate(self) -> Result:
        """Check the configuration, without state and without calls to AWS."""
        command = ["validate", "-json"]
        ran = self._run(command)
        try:
            found = [Diagnostic.parse(data) for data in json.loads(ran.stdout)["diagnostics"]]
        except (ValueError, KeyError):
            found = []
        if ran.exit_code:
            raise self._error(command, ran.exit_code, found, ran.stdout + ran.stderr)
        return Result(warnings=found)

    def plan(
        self,
        out: Path | None = None,
        *,
        refresh_only: bool = False,
        destroy: bool = False,
        on_event: OnEvent | None = None,
    ) -> Plan:
        """Save a plan, which can contain secrets, to `out` (default: `terraform.tfplan`), and return it."""
        path = (out or self.directory / PLAN_NAME).absolute()
        options = ["-refresh-only"] * refresh_only + ["-destroy"] * destroy
        command = ["plan", *_LOCK, "-detailed-exitcode", f"-out={path}", *options]
        ran = self._stream(command, on_event, success=(0, 2))
        return Plan(path, self.show_plan, ran.exit_code == 0, ran.events.summary, ran.events.warnings)

    def apply(self, plan: Plan | Path | None = None, *, on_event: OnEvent | None = None) -> Result:
        """Apply a saved plan; without one, plan and apply."""
        path = plan.path if isinstance(plan, Plan) else plan
        options = [str(path.absolute())] if path else ["-auto-approve"]
        return self._stream(["apply", *_LOCK, *options], on_event).events.result()

    def apply_refresh_only(self, *, on_event: OnEvent | None = None) -> Result:
        """Update state and outputs to the existing resources, without changing resources."""
        command = ["apply", *_LOCK, "-refresh-only", "-auto-approve"]
        return self._stream(command, on_event).events.result()

    def destroy(self, *, on_event: OnEvent | None = None) -> Result:
        """Destroy everything in the state."""
        return self._stream(["destroy", *_LOCK, "-auto-approve"], on_event).events.result()

    def outputs(self) -> dict[str, Json]:
        """Return the value of each output in the state, including sensitive ones."""
        return {name: output["value"] for name, output in self.described_outputs().items()}

    def described_outputs(self) -> dict[str, Output]:
        """Return each output in the state, as in Terraform's JSON: `value`, `type`, `sensitive`."""
        outputs: dict[str, Output] = json.loads(self._output(["output", "-json", "-no-color"]))
        return outputs

    def show_plan(self, path: Path) -> PlanJson:
        """Return the JSON of a saved plan."""
        plan: PlanJson = json.loads(self._output(["show", "-json", "-no-color", str(path.absolute())]))
        return plan

    def state_resources(self) -> list[StateResource]:
        """Return the resources and data sources in the state, including those of child modules."""
        state: StateJson = json.loads(self._output(["show", "-json", "-no-color"]))
        return list(_resources(state.get("values", {}).get("root_module", {})))

    def raw_resources(self) -> list[RawResource]:
        """Return the resources and data sources of the state file, with what no documented format has.

        https://github.com/hashicorp/terraform/blob/main/internal/states/statefile/version4.go
        """
        text = self._output(["state", "pull"])
        state: RawState = json.loads(text) if text.strip() else {}
        return state.get("resources", [])

    def created_before_destroyed(self) -> frozenset[str]:
        """Return the addresses of the resources whose state has `create_before_destroy`."""
        return frozenset(
            _address(resource, instance)
            for resource in self.raw_resources()
            if resource["mode"] == "managed"
            for instance in resource["instances"]
            if instance.get("create_before_destroy") and "deposed" not in instance
        )

    def format(self) -> None:
        """Format the native-syntax files in the root module and its folders."""
        command = ["fmt", "-recursive", "-list=false"]
        ran = self._run(command)
        if ran.exit_code:
            raise self._error(command, ran.exit_code, [], ran.stderr or ran.stdout)

    def provider_schemas(self) -> dict[str, ProviderSchema]:
        """Return the schema of each provider of an initialized configuration, by its full address."""
        schemas: ProviderSchemas = json.loads(self._output(["providers", "schema", "-json"]))
        return schemas["provider_schemas"]

    def _output(self, command: list[str]) -> str:
        ran = self._run(command)
        if ran.exit_code:
            raise self._error(command, ran.exit_code, [], ran.stderr or ran.stdout)
        return ran.stdout

    def _run(self, command: list[str]) -> "_Text":
        lines: list[str] = []
        ran = run(
            [self.binary, *command],
            self.directory,
            self.environment,
            lines.append,
            interruption=self._interruption,
        )
        return _Text(ran.exit_code, "\n".join(lines), ran.stderr)

    def _stream(
        self, command: list[str], on_event: OnEvent | None, success: tuple[int, ...] = (0,)
    ) -> "_Streamed":
        command = [command[0], "-json", "-input=false", *command[1:]]
        events = EventReader(on_event)
        ran: Finished = run(
            [self.binary, *command],
            self.directory,
            self.environment,
            events.read,
            on_interrupt=events.interrupted,
            interruption=self._interruption,
        )
        if ran.exit_code not in success:
            output = "\n".join([*events.unread, ran.stderr])
            raise self._error(command, ran.exit_code, events.diagnostics, output)
        return _Streamed(ran.exit_code, events)

    def _error(
        self, command: Sequence[str], exit_code: int, found: Sequence[Diagnostic], output: str
    ) -> TerraformError:
        name = Path(self.binary).name
        return TerraformError([name, *command], exit_code, found, _plain(output), self.directory)


@dataclass(frozen=True)
class _Text:
    exit_code: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class _Streamed:
    exit_code: int
    events: EventReader


def _resources(module: StateModule) -> Iterator[StateResource]:
    yield from module.get("resources", [])
    for child in module.get("child_modules", []):
        yield from _resources(child)


def _address(resource: RawResource, instance: RawInstance) -> str:
    module = f"{resource['module']}." if "module" in resource else ""
    key = f"[{json.dumps(instance['index_key'])}]" if "index_key" in instance else ""
    return f"{module}{resource['type']}.{resource['name']}{key}"


def _plain(text: str) -> str:
    """Return the text without colors and other control characters."""
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", text)
