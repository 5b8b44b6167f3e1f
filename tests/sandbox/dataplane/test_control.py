"""The sandbox's side of the data plane: starts it, talks to it, and notices its end."""

import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from privatelink.sandbox.dataplane import control
from privatelink.sandbox.dataplane.control import OUTSIDE_ID, DataPlane, DataPlaneError
from privatelink.sandbox.dataplane.outcome import Outcome
from privatelink.sandbox.dataplane.world import World
from tests.support import fake_plane
from tests.support.dataplane_fixtures import eventually
from tests.support.fake_plane import HEALTH, LEAVE, NOBODY, REFUSED, SILENT, world

SECONDS = 20.0


@pytest.fixture
def plane(monkeypatch: pytest.MonkeyPatch) -> Iterator[DataPlane]:
    """A data plane whose process has no namespaces, and answers as the test says."""
    monkeypatch.setattr(control, "unshare_command", list)
    monkeypatch.setattr(control, "PLANE", fake_plane.__name__)
    made = DataPlane()
    yield made
    made.close()


def test_a_later_world_stands_for_the_earlier_ones(plane: DataPlane) -> None:
    first, second = plane.apply(world(SILENT)), plane.apply(world())
    assert first < second
    assert plane.wait_applied(second, SECONDS)
    assert plane.wait_applied(first, 0.0)
    assert plane.last_error is None
    assert not plane.failed(second)


def test_a_world_that_is_not_there_yet_is_waited_for_no_longer_than_asked(plane: DataPlane) -> None:
    assert not plane.wait_applied(plane.apply(world(SILENT)), 0.05)


def test_a_world_that_cannot_be_made_failed_until_another_can(
    plane: DataPlane, capfd: pytest.CaptureFixture[str]
) -> None:
    refused = plane.apply(world(REFUSED))
    assert plane.wait_applied(refused, SECONDS)
    assert (plane.last_error, plane.failed(refused)) == ("nft failed", True)
    made = plane.apply(world())
    assert plane.wait_applied(made, SECONDS)
    assert (plane.last_error, plane.failed(refused), plane.failed(made)) == (None, False, False)
    # It is written by the thread that told of it, after that.
    assert eventually(lambda: capfd.readouterr().err) == "sandbox: data plane: nft failed\n"


def test_a_command_is_run_with_all_that_belongs_to_it(plane: DataPlane) -> None:
    outcome = plane.run("i-1", ["cat", "file"], 5.0, text="standard input")
    assert outcome == Outcome(0, "i-1 cat file 5.0", "standard input")


def test_the_outcomes_of_commands_at_a_time_are_not_mixed_up(plane: DataPlane) -> None:
    names = [f"i-{number}" for number in range(20)]
    with ThreadPoolExecutor(10) as pool:
        outcomes = list(pool.map(lambda name: plane.run(name, ["true"], 1.0), names))
    assert [outcome.stdout for outcome in outcomes if outcome] == [f"{name} true 1.0" for name in names]


def test_a_machine_that_is_not_there_has_no_outcome(plane: DataPlane) -> None:
    assert plane.run("i-1", [NOBODY], 5.0) is None


def test_a_command_that_is_not_answered_is_given_up(
    plane: DataPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "EXTRA_SECONDS", 0.02)
    with pytest.raises(DataPlaneError, match=r"^the data plane does not answer$"):
        plane.run("i-1", [SILENT], 0.03)
    assert plane.run("i-1", ["true"], SECONDS)


def test_health_is_kept_and_told(plane: DataPlane) -> None:
    told = threading.Event()
    plane.on_health = told.set
    plane.apply(world(HEALTH))
    assert told.wait(SECONDS)
    assert plane.health == {("eni-1", "tg", "i-1"): True}


def test_its_end_is_noticed_by_all_who_wait(plane: DataPlane) -> None:
    with ThreadPoolExecutor(2) as pool:
        number = plane.apply(world(SILENT))
        world_waits = pool.submit(plane.wait_applied, number, SECONDS)
        command_waits = pool.submit(plane.run, "i-1", [SILENT], SECONDS)
        plane.apply(world(LEAVE))
        assert isinstance(command_waits.exception(), DataPlaneError)
        world_waits.result()
    assert plane.gone.wait(SECONDS)
    with pytest.raises(DataPlaneError, match=r"^the data plane has ended"):
        plane.apply(world())
    with pytest.raises(DataPlaneError, match=r"^the data plane has ended"):
        plane.run("i-1", ["true"], 1.0)


def test_it_ends_when_it_is_closed(plane: DataPlane) -> None:
    assert not plane.gone.is_set()
    plane.close()
    assert plane._process.poll() == 0
    assert plane.gone.wait(SECONDS)


def test_one_that_does_not_end_is_killed(plane: DataPlane, monkeypatch: pytest.MonkeyPatch) -> None:
    process, done = plane._process, []

    class Stubborn:
        def wait(self, seconds: float | None = None) -> None:
            done.append("waited" if seconds is None else "waited in vain")
            if seconds is not None:
                raise subprocess.TimeoutExpired("unshare", seconds)

        def kill(self) -> None:
            done.append("killed")

    with monkeypatch.context() as patch:
        patch.setattr(plane, "_process", Stubborn())
        plane.close()
    assert done == ["waited in vain", "killed", "waited"]
    process.wait(SECONDS)


@pytest.mark.dataplane
@pytest.mark.slow
@pytest.mark.xdist_group("bare-plane")
def test_the_real_one_makes_an_empty_world_and_has_the_host_outside(bare_plane: DataPlane) -> None:
    assert bare_plane.wait_applied(bare_plane.apply(World()), SECONDS)
    assert bare_plane.run(OUTSIDE_ID, ["cat"], 5.0, text="hello") == Outcome(0, "hello", "")
    slow = bare_plane.run(OUTSIDE_ID, ["sleep", "9"], 0.1)
    assert slow
    assert (slow.code, slow.timed_out) == (-1, True)
