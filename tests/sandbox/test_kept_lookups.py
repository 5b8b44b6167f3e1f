"""What never changes is looked up once, and is what moto would have found."""

import functools
import importlib

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("moto")]


def test_both_are_looked_up_once_and_are_motos_own(monkeypatch: pytest.MonkeyPatch) -> None:
    from moto import backends
    from moto.core import responses
    from moto.sts.responses import TokenResponse

    asked: list[str] = []

    def modules() -> list[str]:
        asked.append("modules")
        return ["ec2", "sts"]

    def names(kind: type) -> list[str]:
        asked.append(kind.__name__)
        return [kind.__name__]

    monkeypatch.setattr(backends, "list_of_moto_modules", modules)
    monkeypatch.setattr(responses, "method_names_from_class", names)
    importlib.import_module("privatelink.sandbox.kept_lookups").install()
    for _ in range(3):
        assert tuple(backends.list_of_moto_modules()) == ("ec2", "sts")
        assert responses.method_names_from_class(TokenResponse) == ["TokenResponse"]
        assert responses.method_names_from_class(int) == ["int"]
    assert asked == ["modules", "TokenResponse", "int"]


@pytest.mark.usefixtures("extended")
def test_what_is_kept_of_the_real_moto_is_complete() -> None:
    from moto import backends
    from moto.core import responses
    from moto.ec2.responses import EC2Response

    kept = responses.method_names_from_class
    assert isinstance(kept, functools._lru_cache_wrapper)
    # What was grafted on before the first request is an action like moto's own.
    names = {
        "describe_vpcs",
        "accept_vpc_endpoint_connections",
        "create_vpc_endpoint_connection_notification",
    }
    assert names <= set(kept(EC2Response)) == set(kept.__wrapped__(EC2Response))
    assert {"ec2", "elbv2", "ssm"} <= set(backends.list_of_moto_modules())
