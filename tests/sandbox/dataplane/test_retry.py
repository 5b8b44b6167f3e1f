"""What the kernel refuses once is asked for again, from where it stopped."""

import time
from types import SimpleNamespace
from typing import Any

import pytest

from privatelink.sandbox.dataplane.network import Router
from privatelink.sandbox.dataplane.world import World


class Links:
    """A kernel's addresses: refuses one of them once, and what is there already always."""

    def __init__(self, refused: str) -> None:
        self.refused: str | None = refused
        self.addresses: set[str] = set()

    def addr(self, action: str, *, address: str, **_: Any) -> None:
        if action == "add":
            if address == self.refused:
                self.refused = None
                raise OSError("refused")
            assert address not in self.addresses
            self.addresses.add(address)
        else:
            self.addresses.remove(address)


def test_a_router_goes_on_where_it_stopped() -> None:
    links = Links(refused="10.0.0.2")
    router = Router(SimpleNamespace(links=links))  # type: ignore[arg-type]
    wanted = ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
    with pytest.raises(OSError, match="refused"):
        router.set_addresses(wanted)
    assert links.addresses == router.addresses == {"10.0.0.1"}
    router.set_addresses(wanted)
    assert links.addresses == router.addresses == set(wanted)


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
def test_a_world_that_failed_is_tried_again_and_then_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    # They import moto, which takes seconds: not while the tests are collected.
    from privatelink.sandbox.dataplane import desired
    from privatelink.sandbox.dataplane import reconciler as module

    monkeypatch.setattr(module, "TICK_SECONDS", 0.01)
    reads: list[World] = []

    def read_world() -> World:
        reads.append(World())
        return reads[-1]

    monkeypatch.setattr(desired, "read_world", read_world)
    plane = FailingOnce()
    reconciler = module.Reconciler(plane)  # type: ignore[arg-type]
    reconciler.start()
    deadline = time.monotonic() + 20
    while len(reads) < 10 and time.monotonic() < deadline:
        time.sleep(0.01)
    reconciler.stop()
    assert len(reads) >= 10
    assert plane.worlds == [World(), World()]
