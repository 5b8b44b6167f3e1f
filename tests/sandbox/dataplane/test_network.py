"""The kernel's side of the data plane: what it refuses once is asked for again, from where it stopped."""

from types import SimpleNamespace
from typing import Any

import pytest

from privatelink.sandbox.dataplane.network import Router


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
