"""The data plane follows moto: what failed is tried again, and what is there is left alone."""

import time
from types import SimpleNamespace

import pytest

from privatelink.sandbox.dataplane.world import World


class FailingOnce:
    """A data plane that cannot make the first world it is given."""

    def __init__(self) -> None:
        self.gone = SimpleNamespace(is_set=lambda: False)
        self.worlds: list[World] = []

    def apply(self, world: World) -> int:
        self.worlds.append(world)
        return len(self.worlds)

    def failed(self, number: int) -> bool:
        return number == 1 == len(self.worlds)

    def close(self) -> None:
        pass


@pytest.mark.slow
@pytest.mark.xdist_group("moto")
def test_a_world_that_failed_is_tried_again_and_then_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    # It imports moto, which takes seconds: not while the tests are collected.
    from privatelink.sandbox.dataplane import reconciler as module

    monkeypatch.setattr(module, "TICK_SECONDS", 0.01)
    reads: list[World] = []

    def read_world() -> World:
        reads.append(World())
        return reads[-1]

    monkeypatch.setattr(module, "read_world", read_world)
    plane = FailingOnce()
    reconciler = module.Reconciler(plane)  # type: ignore[arg-type]
    reconciler.start()
    deadline = time.monotonic() + 20
    while len(reads) < 10 and time.monotonic() < deadline:
        time.sleep(0.01)
    reconciler.stop()
    assert len(reads) >= 10
    assert plane.worlds == [World(), World()]
