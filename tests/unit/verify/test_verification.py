"""Which consumers are verified, and each with which service."""

import json
import threading
from dataclasses import replace

import pytest

from privatelink.verify import verification
from privatelink.verify.check import compared
from privatelink.verify.errors import CouldNotCheckError
from privatelink.verify.here import Here


class Applied:
    """Stands for a stack with outputs."""

    def __init__(self, side, outputs, consumer=""):
        self.side, self.outputs, self.consumer = side, outputs, consumer
        self.name = f"shop-{side}-{consumer}"


def leading_to(service):
    """The outputs of a consumer whose endpoint connects to a service."""
    return {
        "endpoint_id": "vpce-1",
        "endpoint_dns_names": {"regional": "vpce-1.svc", "zonal": {}},
        "connection_to_accept": {"service_name": service},
    }


def test_each_consumer_is_verified_with_the_service_that_its_endpoint_leads_to():
    orders, stock = (Applied("provider", {"service_name": name}) for name in ("orders", "stock"))
    client = Applied("consumer", leading_to("stock"), "client")
    stranger = Applied("consumer", leading_to("other"), "stranger")

    assert verification.provider_of(client, [orders, stock]) is stock
    assert verification.provider_of(client, [orders]) is orders  # to be told that the two do not fit
    assert verification.provider_of(stranger, [orders, stock]) is None
    assert verification.provider_of(client, []) is None


def test_without_a_main_endpoint_the_first_of_the_others_leads_to_the_service():
    orders, stock = (Applied("provider", {"service_name": name}) for name in ("orders", "stock"))
    further = {
        "b": {"endpoint_id": "vpce-2", "service_name": "orders"},
        "a": {"endpoint_id": "vpce-1", "service_name": "stock"},
    }
    client = Applied("consumer", {"further_endpoints": further}, "client")

    assert verification.provider_of(client, [orders, stock]) is stock
    assert verification.provider_of(client, [orders]) is None  # it is the service of another endpoint


def test_a_folder_without_generated_terraform_is_refused(tmp_path):
    with pytest.raises(CouldNotCheckError, match=r"no generated Terraform in .*run `privatelink synth`"):
        verification.verify(tmp_path, [], 1)


def test_a_folder_without_a_consumer_is_refused(tmp_path):
    (tmp_path / "manifest.json").write_text(json.dumps({"stacks": {}}))

    with pytest.raises(CouldNotCheckError, match="has no consumer"):
        verification.verify(tmp_path, [], 1)


@pytest.fixture
def many(tmp_path, monkeypatch):
    """Verify many consumers with these functions in place of those that ask AWS."""
    (tmp_path / "manifest.json").write_text("{}")
    monkeypatch.setattr(verification, "find_binary", lambda *_, **__: "terraform")

    def ran(number, verify_consumer, provider_facts=lambda _: None, **arguments):
        consumers = [Applied("consumer", leading_to("orders"), f"c{each:02}") for each in range(number)]
        stacks = [Applied("provider", {"service_name": "orders"}), *consumers]
        monkeypatch.setattr(verification, "read_stacks", lambda *_, **__: stacks)
        monkeypatch.setattr(verification, "verify_consumer", verify_consumer)
        monkeypatch.setattr(verification, "provider_facts", provider_facts)
        return verification.verify(tmp_path, [], 1, **arguments)

    return ran


HOLDING = compared("endpoint", "W8", "available", "available", True, "endpoint")


def test_consumers_are_verified_at_the_same_time_and_reported_in_their_order(many):
    # Each one goes on only if all have begun.
    everyone = threading.Barrier(verification.THREADS, timeout=60)
    told = []

    def verify_consumer(stack, *_, **__):
        everyone.wait()
        return [replace(HOLDING, observed=stack.consumer)]

    found = many(
        verification.THREADS,
        verify_consumer,
        on_finding=lambda finding, done, number: told.append((finding.consumer, done, number)),
    )

    keys = [f"c{number:02}" for number in range(verification.THREADS)]
    assert [finding.consumer for finding in found] == keys
    assert [finding.checks[0].observed for finding in found] == keys
    assert sorted(key for key, _, _ in told) == keys
    assert [each[1:] for each in told] == [(done, len(keys)) for done in range(1, len(keys) + 1)]


@pytest.mark.parametrize("error", ["", "orders: no credentials"])
def test_a_service_is_read_once_for_all_of_its_consumers(many, error):
    read = []

    def provider_facts(stack):
        read.append(stack)
        if error:
            raise CouldNotCheckError(error)

    def verify_consumer(stack, provider, *, requests, read, here):
        read(provider)
        return [HOLDING]

    found = many(20, verify_consumer, provider_facts, threads=4)

    assert len(read) == 1
    assert {finding.error for finding in found} == {error}


def test_an_error_of_one_consumer_is_no_error_of_the_others(many):
    def verify_consumer(stack, *_, **__):
        if stack.consumer == "c01":
            raise CouldNotCheckError("no probe")
        return [HOLDING]

    assert [finding.error for finding in many(3, verify_consumer)] == ["", "no probe", ""]


def test_a_fault_of_the_program_is_raised(many):
    def verify_consumer(*_, **__):
        raise LookupError("a fault")

    with pytest.raises(LookupError, match="a fault"):
        many(3, verify_consumer)


def test_from_here_one_consumer_is_tested(many):
    used = []

    def verify_consumer(*_, here, **__):
        used.append(here)
        return [HOLDING]

    with pytest.raises(CouldNotCheckError, match=r"one consumer, .* name it with --consumer: c00, c01$"):
        many(2, verify_consumer, from_here=True)
    assert used == []

    many(1, verify_consumer, from_here=True)
    many(1, verify_consumer)
    assert [isinstance(here, Here) for here in used] == [True, False]
