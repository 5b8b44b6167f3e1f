"""A web page in Chromium: by DNS rebinding, and of another origin, it runs nothing and reads nothing."""

import contextlib
import json
from collections.abc import Iterator

import pytest

from privatelink.sandbox.client import environment
from privatelink.sandbox.credentials import AccessKey
from privatelink.sandbox.dataplane import why_not
from privatelink.sandbox.process import Sandbox
from tests.sandbox.test_server import started
from tests.support.hostile_page import CHROMIUM, HOST, Site, browser
from tests.support.sandbox_fixtures import boto_client

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: install the package chromium"),
]
SECONDS = 120
MARKER = "web-page"
KEY_ID = "AKIA000000000SANDBOX"
SIGNED = f"X-Amz-Credential={KEY_ID}/20261128/ap-northeast-2/{{}}/aws4_request&X-Amz-Signature=0"
CREATE = "Action=CreateVpc&CidrBlock=10.77.0.0/16&Version=2016-11-15"
REQUESTS = [
    ("GET", "/moto-api/data.json", ""),
    ("GET", "/_sandbox/data-plane", ""),
    ("GET", f"/?Action=DescribeVpcs&Version=2016-11-15&{SIGNED.format('ec2')}", ""),
    ("GET", f"/?{CREATE}&{SIGNED.format('ec2')}", ""),
    ("POST", "/_sandbox/outside/run", json.dumps({"command": ["touch", f"/run/{MARKER}"]})),
    ("POST", "/_sandbox/data-plane/settle", "{}"),
    ("POST", "/moto-api/reset", ""),
    ("POST", f"/?{SIGNED.format('ec2')}", CREATE),
    ("POST", "/", CREATE),
]


@contextlib.contextmanager
def accepting_any_key() -> Iterator[Sandbox]:
    """A sandbox whose API everyone on this machine may use; pages may not."""
    with started("--no-data-plane", "--any-credentials") as (process, exported):
        port = int(exported["AWS_ENDPOINT_URL"].rpartition(":")[2])
        printed = environment(port)
        key = AccessKey(printed["AWS_ACCESS_KEY_ID"], printed["AWS_SECRET_ACCESS_KEY"])
        yield Sandbox(port, process.pid, key)


@pytest.fixture
def running(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """A sandbox of each kind."""
    if request.param == "any key":
        with accepting_any_key() as found:
            yield found
    else:
        yield request.getfixturevalue(request.param)


@pytest.mark.parametrize(
    "running",
    [
        "sandbox",
        "any key",
        pytest.param(
            "plane",
            marks=[
                pytest.mark.dataplane,
                pytest.mark.skipif(why_not() is not None, reason=f"no data plane here: {why_not()}"),
            ],
        ),
    ],
    indirect=True,
)
def test_a_page_can_use_nothing(running: Sandbox, request: pytest.FixtureRequest) -> None:
    ec2 = boto_client(running, "ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    with Site(running.port, REQUESTS).running() as rebound, Site(running.port, REQUESTS).running() as other:
        rebound.targets = other.targets = [
            f"http://{name}:{rebound.port}" for name in (HOST, "127.0.0.1", "localhost")
        ]
        with browser(f"http://{HOST}:{rebound.port}/page"):
            by_rebinding = rebound.reports.get(timeout=SECONDS)
        with browser(f"http://127.0.0.1:{other.port}/page"):
            by_another_origin = other.reports.get(timeout=SECONDS)
    # The page reads its own origin: there the refusal, and nothing else.
    assert {how for how, _, _ in by_rebinding} >= {"fetch", "no-cors", "headers", "iframe", "form"}
    for how, url, text in by_rebinding:
        assert url.startswith(rebound.targets[0]), (how, url)
        assert "the sandbox " in text, (how, url, text)
        assert vpc not in text
        assert running.key.secret not in text
    assert by_another_origin == []
    # The requests of both pages came, by each name, and all were refused.
    assert {item.status for item in rebound.passed} == {403}
    assert {(item.method, item.host) for item in rebound.passed} >= {
        (method, name) for method in ("GET", "POST") for name in (HOST, "127.0.0.1", "localhost")
    }
    assert len(rebound.passed) > 100
    # Nothing was reset, made or run.
    found = {item["VpcId"]: item["CidrBlock"] for item in ec2.describe_vpcs()["Vpcs"]}
    assert vpc in found
    assert "10.77.0.0/16" not in found.values()
    if "plane" in request.node.callspec.id:
        assert MARKER not in running.run_outside(["ls", "/run"]).stdout
