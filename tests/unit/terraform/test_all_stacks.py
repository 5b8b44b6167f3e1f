"""Runs over all stacks: order, waves, failures, interruption."""

import contextlib
import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from rich.console import Console

from privatelink.terraform.all_stacks import EnvironmentOf, StackRun
from privatelink.terraform.diagnostics import TerraformError
from privatelink.terraform.events import OnEvent
from privatelink.terraform.plan import Summary
from privatelink.terraform.process import Interruption
from privatelink.terraform.stacks import Stack, read_stacks, select
from tests.support.fake_stacks import SHOP, FakeStacks
from tests.support.project import PROJECT

# Each starts a stand-in for Terraform some twenty times.
pytestmark = pytest.mark.slow

PROVIDER, A, B, ACCEPTANCE = SHOP


@pytest.fixture
def shop(tmp_path: Path) -> FakeStacks:
    return FakeStacks(tmp_path)


def run(fake: FakeStacks, *names: str, jobs: int = 4, **more: object) -> StackRun:
    interruption = Interruption()
    stacks = read_stacks(fake.out, fake.environment, interruption=interruption)
    console = Console(file=io.StringIO())
    return StackRun(stacks, select(stacks, names), console, interruption=interruption, jobs=jobs, **more)  # type: ignore[arg-type]


def states(of: StackRun) -> dict[str, str]:
    return {outcome.name: outcome.state for outcome in of.outcomes}


def apply_all(fake: FakeStacks, *names: str) -> StackRun:
    whole = run(fake, *names)
    whole.plan()
    while whole.ready:
        whole.apply()
        whole.plan()
    return whole


class TestPlan:
    def test_what_reads_outputs_of_others_waits_for_them(self, shop: FakeStacks) -> None:
        shop.tell(PROVIDER, changes=3)
        planned = run(shop)
        planned.plan()
        assert states(planned) == {PROVIDER: "planned", A: "waits", B: "waits", ACCEPTANCE: "waits"}
        assert planned.outcomes[0].summary == Summary(add=3)
        assert planned.outcomes[3].waits_for == (A, B, PROVIDER)
        assert [outcome.name for outcome in planned.ready] == [PROVIDER]
        assert [name for name, _ in planned.plans] == [PROVIDER]
        assert shop.saved_plans() == {PROVIDER}
        assert not planned.failed

    def test_applied_stacks_are_planned_at_the_same_time_and_initialized_once(self, shop: FakeStacks) -> None:
        apply_all(shop)
        shop.forget()
        for name in SHOP:
            shop.tell(name, plan={"seconds": 0.3})
        planned = run(shop)
        planned.plan()
        assert set(states(planned).values()) == {"no changes"}
        log = shop.log("plan-begin", "plan-end")
        assert [line.split()[0] for line in log] == ["plan-begin"] * 4 + ["plan-end"] * 4
        assert shop.log("init-begin") == []

    def test_no_more_than_jobs_run_at_once(self, shop: FakeStacks) -> None:
        apply_all(shop)
        shop.forget()
        run(shop, jobs=1).plan()
        log = shop.log("plan-begin", "plan-end")
        assert [line.split()[0] for line in log] == ["plan-begin", "plan-end"] * 4

    def test_a_plan_of_an_earlier_run_does_not_stay(self, shop: FakeStacks) -> None:
        (shop.folder(A) / "terraform.tfplan").touch()
        (shop.folder(PROVIDER) / "terraform.tfplan").touch()
        shop.tell(PROVIDER, plan={"fail": "no credentials"})
        run(shop).plan()
        assert shop.saved_plans() == set()

    def test_after_a_failure_nothing_more_is_started_and_what_runs_ends(self, shop: FakeStacks) -> None:
        apply_all(shop)
        shop.tell(PROVIDER, plan={"fail": "no credentials"})
        shop.tell(A, plan={"seconds": 0.5})
        planned = run(shop, jobs=2)
        planned.plan()
        assert states(planned) == {
            PROVIDER: "failed",
            A: "no changes",
            B: "not started",
            ACCEPTANCE: "not started",
        }
        assert planned.failed
        assert isinstance(planned.outcomes[0].error, TerraformError)
        assert "no credentials" in str(planned.outcomes[0].error)

    def test_chosen_stacks_alone_are_planned(self, shop: FakeStacks) -> None:
        apply_all(shop, PROVIDER)
        shop.forget()
        planned = run(shop, B)
        planned.plan()
        assert states(planned) == {B: "planned"}
        assert shop.log("plan-begin") == [f"plan-begin {B}"]
        assert planned.missing == []

    def test_what_chosen_ones_wait_for_is_named(self, shop: FakeStacks) -> None:
        planned = run(shop, A, ACCEPTANCE)
        planned.plan()
        assert planned.missing == [PROVIDER, B]

    def test_a_dependency_that_cannot_be_read_is_shown(self, shop: FakeStacks) -> None:
        shop.tell(PROVIDER, output={"fail": "no bucket"})
        planned = run(shop, A)
        planned.plan()
        assert states(planned) == {PROVIDER: "failed", A: "not started"}

    def test_a_half_applied_dependency_is_waited_for(self, shop: FakeStacks) -> None:
        shop.tell(PROVIDER, outputs={"another": "x"})
        whole = apply_all(shop)
        assert states(whole)[A] == "waits"
        assert whole.ready == []

    def test_each_is_planned_in_the_environment_that_is_shared(self, shop: FakeStacks) -> None:
        shared: list[list[str]] = []
        elsewhere = shop.out.parent / "elsewhere"

        @contextlib.contextmanager
        def share(stacks: Sequence[Stack], _on_event: OnEvent) -> Iterator[EnvironmentOf]:
            shared.append([stack.name for stack in stacks])

            def environment_of(stack: Stack) -> Mapping[str, str]:
                return {**stack.root.environment, "FAKE_LOG": str(elsewhere)}

            yield environment_of

        apply_all(shop, PROVIDER)
        shop.forget()
        planned = run(shop, A, share=share)
        planned.plan()
        planned.apply()
        assert shared == [[PROVIDER, A]]
        assert {line.split()[0] for line in elsewhere.read_text().splitlines()} == {
            f"{command}-{when}" for command in ("init", "plan", "show") for when in ("begin", "end")
        }
        assert shop.log("apply-begin") == [f"apply-begin {A}"]


class TestApply:
    def test_waves_from_nothing_to_no_changes(self, shop: FakeStacks) -> None:
        whole = apply_all(shop)
        assert set(states(whole).values()) == {"applied"}
        assert shop.applied() == set(SHOP)
        order = shop.log("plan-begin", "apply-begin")
        assert order[:2] == [f"plan-begin {PROVIDER}", f"apply-begin {PROVIDER}"]
        assert set(order[2:4]) == {f"plan-begin {A}", f"plan-begin {B}"}
        assert order[6:] == [f"plan-begin {ACCEPTANCE}", f"apply-begin {ACCEPTANCE}"]
        # Spent plans are of no use, and may hold secrets.
        assert shop.saved_plans() == set()
        again = run(shop)
        again.plan()
        assert (set(states(again).values()), again.ready) == ({"no changes"}, [])

    def test_independent_stacks_are_applied_at_the_same_time(self, shop: FakeStacks) -> None:
        apply_all(shop, PROVIDER)
        for name in (A, B):
            shop.tell(name, resource_seconds=0.5)
        apply_all(shop, A, B)
        assert [line.split()[0] for line in shop.log("apply-begin", "apply-end")[2:]] == [
            "apply-begin",
            "apply-begin",
            "apply-end",
            "apply-end",
        ]

    def test_what_depends_on_a_change_is_planned_again_after_it(self, shop: FakeStacks) -> None:
        apply_all(shop)
        shop.configure(PROVIDER, tags={"a": "b"})
        shop.configure(A, (PROVIDER,), tags={"a": "b"})
        whole = run(shop)
        whole.plan()
        assert states(whole) == {PROVIDER: "planned", A: "planned", B: "no changes", ACCEPTANCE: "no changes"}
        assert {o.name: o.waits_for for o in whole.outcomes} == {
            PROVIDER: (),
            A: (PROVIDER,),
            B: (PROVIDER,),
            ACCEPTANCE: (A, B, PROVIDER),
        }
        shop.forget()
        whole.apply()
        whole.plan()
        assert shop.log("apply-begin") == [f"apply-begin {PROVIDER}"]
        assert set(shop.log("plan-begin")) == {f"plan-begin {name}" for name in (A, B, ACCEPTANCE)}
        assert [outcome.name for outcome in whole.ready] == [A]

    def test_a_failure_in_the_middle_leaves_a_clear_state(self, shop: FakeStacks) -> None:
        shop.tell(A, changes=5, fail_after=2)
        shop.tell(B, resource_seconds=0.5)
        whole = run(shop)
        whole.plan()
        whole.apply()
        whole.plan()
        whole.apply()
        assert states(whole) == {PROVIDER: "applied", A: "failed", B: "applied", ACCEPTANCE: "waits"}
        assert whole.outcomes[1].summary == Summary(add=2)
        assert "no more room" in str(whole.outcomes[1].error)
        assert shop.applied() == {PROVIDER, B}

    def test_a_plan_that_is_outdated_fails_and_the_next_run_goes_on(self, shop: FakeStacks) -> None:
        first = run(shop, PROVIDER)
        first.plan()
        saved = (shop.folder(PROVIDER) / "terraform.tfplan").read_text()
        apply_all(shop, PROVIDER)
        (shop.folder(PROVIDER) / "terraform.tfplan").write_text(saved)
        first.apply()
        assert states(first) == {PROVIDER: "failed"}
        assert "Saved plan is stale" in str(first.outcomes[0].error)
        assert states(apply_all(shop)) == {
            PROVIDER: "no changes",
            A: "applied",
            B: "applied",
            ACCEPTANCE: "applied",
        }

    def test_connections_that_wait_to_be_accepted(self, shop: FakeStacks) -> None:
        name = "com.amazonaws.vpce.eu-west-1.vpce-svc-1"
        shop.tell(PROVIDER, outputs={"id": "x", "service_name": name})
        endpoint = {"service_name": name, "endpoint_id": "vpce-1"}
        further = {"stock": {"service_name": "other", "endpoint_id": "vpce-2", "state": "pendingAcceptance"}}
        shop.tell(
            A,
            outputs={
                "id": "x",
                "endpoint_state": "pendingAcceptance",
                "connection_to_accept": endpoint,
                "further_endpoints": further,
            },
        )
        shop.tell(B, outputs={"id": "x", "endpoint_state": "available", "connection_to_accept": endpoint})
        whole = apply_all(shop, PROVIDER, A, B)
        assert [(found.stack, found.service_name, found.endpoint_id) for found in whole.pending()] == [
            (A, name, "vpce-1"),
            (A, "other", "vpce-2"),
        ]


class TestDestroy:
    def test_in_reverse_order(self, shop: FakeStacks) -> None:
        apply_all(shop)
        shop.forget()
        whole = run(shop)
        whole.plan_destroy()
        assert {outcome.name: outcome.summary for outcome in whole.ready} == dict.fromkeys(
            SHOP, Summary(destroy=1)
        )
        whole.destroy()
        assert set(states(whole).values()) == {"destroyed"}
        ended = [line.split()[1] for line in shop.log("apply-end")]
        assert (ended[0], set(ended[1:3]), ended[3]) == (ACCEPTANCE, {A, B}, PROVIDER)
        assert shop.applied() == set()

    def test_what_was_never_applied_is_left(self, shop: FakeStacks) -> None:
        apply_all(shop, PROVIDER)
        whole = run(shop)
        whole.plan_destroy()
        whole.destroy()
        assert states(whole) == {
            PROVIDER: "destroyed",
            A: "no changes",
            B: "no changes",
            ACCEPTANCE: "no changes",
        }

    def test_what_a_failed_one_depends_on_stays(self, shop: FakeStacks) -> None:
        apply_all(shop)
        shop.tell(A, apply={"fail": "in use"})
        whole = run(shop)
        whole.plan_destroy()
        whole.destroy()
        assert states(whole) == {PROVIDER: "planned", A: "failed", B: "destroyed", ACCEPTANCE: "destroyed"}
        assert shop.applied() == {PROVIDER, A}

    def test_applied_stacks_that_would_lose_what_they_depend_on(self, shop: FakeStacks) -> None:
        apply_all(shop, PROVIDER, A)
        assert run(shop, PROVIDER).applied_dependents() == {A: [PROVIDER]}
        assert run(shop, PROVIDER, A).applied_dependents() == {}


def test_outputs_are_read_of_what_is_applied(shop: FakeStacks) -> None:
    apply_all(shop, PROVIDER)
    shop.forget()
    outputs = run(shop, PROVIDER, A).outputs()
    assert outputs[PROVIDER]["id"]["value"] == "shop-provider-id"
    assert outputs[A] == {}
    assert shop.log("output-begin", "init-begin") == [f"output-begin {PROVIDER}"]


def is_running(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return not status.exists() or ") Z " not in status.read_text()
    return False


def wait_for(look: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not look():
        assert time.monotonic() < deadline
        time.sleep(0.02)


class TestInterruption:
    def test_each_terraform_is_interrupted_once_and_nothing_more_starts(self, shop: FakeStacks) -> None:
        apply_all(shop, PROVIDER)
        for name in (A, B):
            shop.tell(name, resource_seconds=30)
        whole = run(shop, A, B)
        whole.plan()
        shop.forget()

        def interrupt() -> None:
            wait_for(lambda: len(shop.log("apply-begin")) == 2)
            os.kill(os.getpid(), signal.SIGINT)

        thread = threading.Thread(target=interrupt)
        thread.start()
        with pytest.raises(KeyboardInterrupt):
            whole.apply()
        thread.join()
        assert sorted(shop.log("interrupted")) == [f"interrupted {A}", f"interrupted {B}"]
        assert states(whole) == {A: "interrupted", B: "interrupted"}
        assert not any(map(is_running, shop.pids))

    def test_what_had_not_begun_stays_planned(self, shop: FakeStacks) -> None:
        apply_all(shop, PROVIDER)
        for name in (A, B):
            shop.tell(name, resource_seconds=30)
        whole = run(shop, A, B, jobs=1)
        whole.plan()
        shop.forget()

        def interrupt() -> None:
            wait_for(lambda: len(shop.log("apply-begin")) == 1)
            os.kill(os.getpid(), signal.SIGTERM)

        thread = threading.Thread(target=interrupt)
        thread.start()
        with pytest.raises(SystemExit) as ended:
            whole.apply()
        thread.join()
        assert ended.value.code == 128 + signal.SIGTERM
        assert states(whole) == {A: "interrupted", B: "planned"}
        assert shop.saved_plans() == {B}
        assert shop.log("apply-begin") == [f"apply-begin {A}"]


APPLY = """
import io, os, signal, sys
from pathlib import Path
from privatelink.cli.app import main
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(main(["apply", "--yes"]))
"""


@pytest.mark.parametrize("signals", [1, 2])
def test_the_command_ends_with_130_and_nothing_running(shop: FakeStacks, signals: int) -> None:
    apply_all(shop, PROVIDER)
    for name in (A, B):
        shop.tell(name, resource_seconds=30, deaf=signals == 2)
    shop.forget()
    process = subprocess.Popen(
        [sys.executable, "-c", APPLY],
        cwd=shop.out.parent,
        env={**shop.environment, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for(lambda: len(shop.log("apply-begin")) == 2)
    process.send_signal(signal.SIGINT)
    if signals == 2:
        wait_for(lambda: len(shop.log("interrupted")) == 2)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=20)
    assert process.returncode == 130, stderr
    assert stdout.count("interrupted") == 2  # the table's two rows
    assert "to continue: privatelink apply" in stderr
    assert stderr.rstrip().endswith("interrupted")
    assert not any(map(is_running, shop.pids))
