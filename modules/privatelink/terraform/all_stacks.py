"""Plans, applies and destroys the stacks of a topology, in dependency order, and several in parallel.

A stack reads the outputs of the stacks that it depends on, so it can be planned after these are applied. An
apply has rounds: plan all stacks that can be planned, apply those whose dependencies do not change, then plan
the others again.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace
from typing import Literal, cast

from rich.console import Console

from privatelink.errors import UserError
from privatelink.terraform.documents import EndpointOutput, Output, Outputs
from privatelink.terraform.events import Event, OnEvent
from privatelink.terraform.initialization import check_data_folders, initialize, is_initialized
from privatelink.terraform.plan import PLAN_NAME, Plan, Summary
from privatelink.terraform.process import Interruption, NotStartedError
from privatelink.terraform.progress import Progress
from privatelink.terraform.root import TerraformRoot
from privatelink.terraform.schedule import DEFAULT_JOBS, run_in_order
from privatelink.terraform.stacks import Stack

State = Literal[
    "not started", "planned", "waits", "no changes", "applied", "destroyed", "failed", "interrupted"
]
EnvironmentOf = Callable[[Stack], Mapping[str, str]]
Share = Callable[[Sequence[Stack], OnEvent], AbstractContextManager[EnvironmentOf]]
"""Returns a context manager, which yields the environment to initialize and plan each stack in."""


def _own_environment(stack: Stack) -> Mapping[str, str]:
    return stack.root.environment


@dataclass
class Outcome:
    """The state of one stack in a run."""

    stack: Stack
    state: State = "not started"
    summary: Summary = field(default_factory=Summary)
    """The planned changes, or the changes that were made, until the failure if the stack failed."""
    plan: Plan | None = None
    waits_for: tuple[str, ...] = ()
    """Stacks that must be applied before this one can be planned, or before its plan can be applied."""
    error: Exception | None = None
    warnings: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The stack's name."""
        return self.stack.name


@dataclass(frozen=True)
class Pending:
    """A connection that the service provider has not accepted."""

    stack: str
    service_name: str
    endpoint_id: str
    profile: str | None
    """The AWS profile of the service's stack, if it has one."""


class StackRun:
    """One run over stacks, and the state of each.

    In the main thread, Ctrl-C, SIGTERM and SIGHUP interrupt all running Terraform processes once; their
    exception is raised when all processes have ended. After a failure, running processes finish, and no
    others are started.

    Arguments:
        stacks: all stacks of the topology, each after those that it depends on.
        chosen: the stacks to work on.
        console: where progress is shown.
        interruption: the interruption of the stacks' roots.
        jobs: maximum number of stacks to run in parallel.
        share: lets stacks that are planned together share a provider; default: each starts its own.
    """

    def __init__(
        self,
        stacks: Sequence[Stack],
        chosen: Iterable[Stack],
        console: Console,
        *,
        interruption: Interruption,
        jobs: int = DEFAULT_JOBS,
        share: Share | None = None,
    ) -> None:
        self._all = {stack.name: Outcome(stack) for stack in stacks}
        self._chosen = [stack.name for stack in chosen]
        self._progress = Progress(console)
        self._interruption = interruption
        self._jobs = jobs
        self._share = share
        self._outputs: dict[str, dict[str, Output]] = {}
        check_data_folders(stacks)

    @property
    def outcomes(self) -> list[Outcome]:
        """The chosen stacks, and others that failed, in dependency order."""
        return [
            outcome
            for name, outcome in self._all.items()
            if name in self._chosen or outcome.state in ("failed", "interrupted")
        ]

    @property
    def failed(self) -> bool:
        """Whether a stack failed, or was interrupted."""
        return any(outcome.state in ("failed", "interrupted") for outcome in self.outcomes)

    @property
    def has_effect(self) -> bool:
        """Whether the run has changed something, or has tried to."""
        return self.failed or any(outcome.state in ("applied", "destroyed") for outcome in self.outcomes)

    @property
    def ready(self) -> list[Outcome]:
        """The stacks whose plan can be applied now."""
        return [outcome for outcome in self.outcomes if outcome.state == "planned" and not outcome.waits_for]

    @property
    def waiting(self) -> list[Outcome]:
        """The stacks that wait for others."""
        return [outcome for outcome in self.outcomes if outcome.waits_for]

    @property
    def plans(self) -> list[tuple[str, Plan]]:
        """The saved plans that are neither applied nor outdated, with the names of their stacks."""
        return [(outcome.name, outcome.plan) for outcome in self.outcomes if outcome.plan]

    @property
    def missing(self) -> list[str]:
        """The stacks that are not chosen, and that chosen ones wait for."""
        needed = {name for outcome in self.waiting for name in outcome.waits_for}
        return [name for name in self._all if name in needed.difference(self._chosen)]

    def plan(self) -> None:
        """Plan each chosen stack and save the plan, unless the stack waits for others or is done."""
        chosen = self._open()
        for outcome in chosen:
            outcome.plan, outcome.state = None, "not started"
            # Otherwise the plan of an earlier run would count as a plan of this run.
            (outcome.stack.root.directory / PLAN_NAME).unlink(missing_ok=True)
        with self._interruption.on_signals(), ExitStack() as shared:
            environment_of = self._enter_share(shared, chosen)
            self._prepare(chosen, environment_of)
            if not self.failed:
                self._plan_ready(chosen, environment_of)

    def apply(self) -> None:
        """Apply the plans that are ready."""
        self._each(self.ready, self._apply)

    def plan_destroy(self) -> None:
        """Plan the destruction of each chosen stack."""
        chosen = self._open()
        self._prepare(chosen)
        if not self.failed:
            self._each(chosen, lambda outcome: self._plan(outcome, outcome.stack.root, destroy=True))

    def destroy(self) -> None:
        """Destroy the stacks that `plan_destroy` has planned, each after those that depend on it."""
        planned = [outcome for outcome in self.outcomes if outcome.state == "planned"]
        after = {
            outcome.name: [other.name for other in planned if outcome.name in other.stack.dependencies]
            for outcome in planned
        }
        self._each(list(reversed(planned)), self._destroy, after)

    def applied_dependents(self) -> dict[str, list[str]]:
        """Return the applied stacks that are not chosen, with the chosen ones that they depend on."""
        found = [
            outcome
            for name, outcome in self._all.items()
            if name not in self._chosen and set(self._chosen) & set(outcome.stack.dependencies)
        ]
        self._prepare(found)
        return {
            outcome.name: [name for name in self._chosen if name in outcome.stack.dependencies]
            for outcome in found
            if self._read_outputs(outcome.stack)
        }

    def outputs(self) -> dict[str, dict[str, Output]]:
        """Return the outputs of each chosen stack, as in Terraform's JSON; empty if it is not applied."""
        chosen = [self._all[name] for name in self._chosen]
        applied = [outcome for outcome in chosen if not outcome.stack.has_no_state]
        self._each(applied, self._initialize)
        if not self.failed:
            self._each(applied, lambda outcome: self._read_outputs(outcome.stack))
        return {outcome.name: self._outputs.get(outcome.name, {}) for outcome in chosen}

    def pending(self) -> list[Pending]:
        """Return the connections that are pending acceptance, according to the outputs of current stacks."""
        current = [outcome for outcome in self.outcomes if outcome.state in ("applied", "no changes")]
        self._each(current, lambda outcome: self._read_outputs(outcome.stack))
        profiles = {
            self._values(outcome.stack).get("service_name"): outcome.stack.profile
            for outcome in self._all.values()
            if outcome.stack.side == "provider"
        }
        found: list[Pending] = []
        for outcome in current:
            outputs = self._values(outcome.stack)
            endpoints = list(outputs.get("further_endpoints", {}).values())
            if "connection_to_accept" in outputs:
                endpoint: EndpointOutput = {
                    **outputs["connection_to_accept"],
                    "state": outputs.get("endpoint_state", ""),
                }
                endpoints.insert(0, endpoint)
            found += [
                Pending(
                    outcome.name,
                    endpoint["service_name"],
                    endpoint["endpoint_id"],
                    profiles.get(endpoint["service_name"]),
                )
                for endpoint in endpoints
                if endpoint.get("state") == "pendingAcceptance"
            ]
        return found

    def _open(self) -> list[Outcome]:
        """Return the chosen stacks that are not done, each after those that it depends on."""
        return [
            outcome
            for outcome in self.outcomes
            if outcome.state not in ("applied", "destroyed")
            # A plan is out of date if a dependency was applied after it.
            and (outcome.state != "no changes" or outcome.waits_for)
        ]

    def _with_dependencies(self, chosen: Sequence[Outcome]) -> list[Outcome]:
        """Return stacks together with those whose outputs they read."""
        names = {name for outcome in chosen for name in (outcome.name, *outcome.stack.dependencies)}
        return [outcome for name, outcome in self._all.items() if name in names]

    def _prepare(self, chosen: Sequence[Outcome], environment_of: EnvironmentOf = _own_environment) -> None:
        """Initialize stacks, and read the outputs that they depend on."""
        read = {name for outcome in chosen for name in outcome.stack.dependencies}

        def prepare(outcome: Outcome) -> None:
            self._initialize(outcome, environment_of)
            if outcome.name in read:
                self._read_outputs(outcome.stack)

        self._each(self._with_dependencies(chosen), prepare)

    def _enter_share(self, shared: ExitStack, chosen: Sequence[Outcome]) -> EnvironmentOf:
        stacks = [outcome.stack for outcome in self._with_dependencies(chosen)]
        if self._share is None or len(stacks) < 2:
            return _own_environment
        with self._progress.command("AWS provider", "start") as on_event:
            return shared.enter_context(self._share(stacks, on_event))

    def _plan_ready(self, chosen: Sequence[Outcome], environment_of: EnvironmentOf) -> None:
        """Plan the stacks that do not wait for others."""
        for outcome in chosen:
            outcome.waits_for = tuple(
                name for name in outcome.stack.dependencies if not self._is_ready(outcome.stack, name)
            )
            if outcome.waits_for:
                outcome.state = "waits"
        can = [outcome for outcome in chosen if not outcome.waits_for]
        self._each(
            can,
            lambda outcome: self._plan(outcome, outcome.stack.root.using(environment_of(outcome.stack))),
        )
        changing: set[str] = set()
        for outcome in chosen:
            if outcome.state in ("planned", "no changes"):
                outcome.waits_for = tuple(name for name in outcome.stack.dependencies if name in changing)
            if outcome.state != "no changes" or outcome.waits_for:
                changing.add(outcome.name)

    def _each(
        self,
        outcomes: Sequence[Outcome],
        step: Callable[[Outcome], object],
        after: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        """Run a step for several stacks; an error is stored in the outcome of its stack."""

        def work(name: str) -> bool:
            outcome = self._all[name]
            try:
                step(outcome)
            except NotStartedError:
                return False
            except (UserError, OSError) as error:
                outcome.error = error
                outcome.state = "interrupted" if self._interruption.requested else "failed"
                return False
            return not self._interruption.requested

        needs = after or {outcome.name: () for outcome in outcomes}
        with self._interruption.on_signals():
            run_in_order({outcome.name: needs[outcome.name] for outcome in outcomes}, work, self._jobs)

    def _initialize(self, outcome: Outcome, environment_of: EnvironmentOf = _own_environment) -> None:
        stack = outcome.stack
        if not is_initialized(stack):
            with self._show(stack, "init") as on_event:
                initialize(replace(stack, root=stack.root.using(environment_of(stack))), on_event)

    def _plan(self, outcome: Outcome, root: TerraformRoot, *, destroy: bool = False) -> None:
        with self._show(outcome.stack, "plan") as on_event:
            plan = root.plan(destroy=destroy, on_event=on_event)
            if not destroy:
                _ = plan.json  # read here, in this thread, for the review
        outcome.plan, outcome.summary = plan, plan.summary
        outcome.state = "no changes" if plan.clean else "planned"

    def _apply(self, outcome: Outcome) -> None:
        self._carry_out(outcome, "apply")
        outcome.state = "applied"

    def _destroy(self, outcome: Outcome) -> None:
        self._carry_out(outcome, "destroy")
        outcome.state = "destroyed"

    def _carry_out(self, outcome: Outcome, title: str) -> None:
        """Apply the saved plan; if it fails or is interrupted, store the number of changes that it made."""
        plan, outcome.plan = outcome.plan, None
        done: list[str] = []
        self._outputs.pop(outcome.name, None)
        with self._show(outcome.stack, title) as on_event:
            try:
                result = outcome.stack.root.apply(plan, on_event=_counting(done, on_event))
            except NotStartedError:
                outcome.plan = plan
                raise
            except UserError:
                outcome.summary = Summary(done.count("create"), done.count("update"), done.count("delete"))
                raise
            finally:
                if outcome.plan is None and plan:
                    plan.path.unlink(missing_ok=True)  # a plan cannot be applied twice
        outcome.summary = result.summary
        outcome.warnings = tuple(f"{found.summary}: {found.detail}" for found in result.warnings)

    def _is_ready(self, stack: Stack, dependency: str) -> bool:
        return stack.is_ready(self._all[dependency].stack, self._outputs.get(dependency, {}))

    def _read_outputs(self, stack: Stack) -> dict[str, Output]:
        if stack.name not in self._outputs:
            self._outputs[stack.name] = stack.root.described_outputs()
        return self._outputs[stack.name]

    def _values(self, stack: Stack) -> Outputs:
        values = {name: output["value"] for name, output in self._outputs.get(stack.name, {}).items()}
        return cast(Outputs, values)

    def _show(self, stack: Stack, command: str) -> AbstractContextManager[OnEvent]:
        return self._progress.command(stack.name, command)


def _counting(done: list[str], on_event: OnEvent) -> OnEvent:
    """Return a function that adds completed actions to `done`, and forwards all events."""

    def count(event: Event) -> None:
        if event.kind == "complete":
            done.append(event.action)
        on_event(event)

    return count
