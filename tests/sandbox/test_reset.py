"""A reset: nothing is left, in memory neither, and no request runs at the same time."""

import gc
import threading
import weakref

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("moto"), pytest.mark.usefixtures("extended")]

ACCOUNTS = ("777777777771", "777777777772")


def make_networks() -> list[weakref.ref[object]]:
    """References to what two accounts have got, which do not keep it."""
    from moto.ec2.models import ec2_backends

    made = []
    for account in ACCOUNTS:
        backend = ec2_backends[account]["us-east-1"]
        vpc = backend.create_vpc("10.0.0.0/16")
        subnet = backend.create_subnet(vpc.id, "10.0.0.0/24", "us-east-1a")
        image = next(iter(backend.amis.values()))
        made += map(weakref.ref, (ec2_backends[account], vpc, subnet, image))
    return made


def test_nothing_of_an_account_is_kept() -> None:
    from moto.ec2.models import ec2_backends
    from moto.moto_api._internal.models import moto_api_backend

    made = make_networks()
    assert all(reference() is not None for reference in made)
    moto_api_backend.reset()
    gc.collect()
    assert [reference() for reference in made] == [None] * len(made)
    assert not ec2_backends.keys() & set(ACCOUNTS)
    assert not ec2_backends.backend.vpc_refs
    assert not ec2_backends.backend.vpc_pcx_refs
    assert all(reference() is not None for reference in make_networks())  # accounts can be used again
    assert ec2_backends.backend.vpc_refs


def test_resets_do_not_use_more_and_more_memory() -> None:
    from moto.ec2.models import ec2_backends
    from moto.moto_api._internal.models import moto_api_backend

    def objects_after(resets: int) -> int:
        for _ in range(resets):
            ec2_backends[ACCOUNTS[0]]["us-east-1"].create_vpc("10.0.0.0/16")
            moto_api_backend.reset()
        gc.collect()
        return len(gc.get_objects())

    objects_after(3)  # fills caches
    before = objects_after(1)
    # Those of the account and Region alone are hundreds.
    assert objects_after(20) < before + 1_000


def test_it_waits_for_the_request_that_runs() -> None:
    from moto.ec2.models import ec2_backends
    from moto.moto_api._internal.models import moto_api_backend

    from privatelink.sandbox.changes import LOCK

    reset = threading.Thread(target=moto_api_backend.reset)
    with LOCK:
        make_networks()
        reset.start()
        reset.join(0.5)
        assert reset.is_alive()
        assert set(ACCOUNTS) <= ec2_backends.keys()
    reset.join()
    assert not ec2_backends.keys() & set(ACCOUNTS)


def test_listeners_learn_of_it_and_public_addresses_are_free_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from moto.moto_api._internal.models import moto_api_backend

    from privatelink.sandbox import changes
    from privatelink.sandbox.addresses import public_address

    calls: list[str] = []
    monkeypatch.setattr(changes, "_listeners", [lambda: calls.append("changed")])
    moto_api_backend.reset()
    first = public_address()
    assert public_address() != first
    moto_api_backend.reset()
    assert public_address() == first
    assert calls == ["changed", "changed"]


def test_regions_of_all_partitions() -> None:
    from privatelink.sandbox.reset import regions_of

    assert {"us-east-1", "cn-north-1", "us-gov-west-1"} <= set(regions_of("ec2"))
