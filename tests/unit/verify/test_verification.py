"""Which consumers are verified, and each with which service."""

import json

import pytest

from privatelink.verify import verification
from privatelink.verify.errors import CouldNotCheckError


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
