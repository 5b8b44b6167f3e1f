"""boto3 clients: retries, Regions, proxies, and settings that are wrong."""

import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError

from privatelink.api import clients
from privatelink.api.errors import AwsError
from tests.support.fake_aws import clean_environment


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:5566", "http://localhost:5566", "http://[::1]:1"])
def test_no_proxy_stands_before_this_machine(endpoint: str) -> None:
    assert clients.config(endpoint).proxies == {}


@pytest.mark.parametrize("endpoint", [None, "https://ec2.eu-west-1.amazonaws.com", "nonsense"])
def test_the_users_proxy_stands_before_all_else(endpoint: str | None) -> None:
    assert clients.config(endpoint).proxies is None


def test_throttled_requests_are_tried_again() -> None:
    assert clients.config(None).retries == {"mode": "standard", "total_max_attempts": 5}


def test_the_region_is_the_one_asked_for_then_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    clean_environment(monkeypatch)
    monkeypatch.setenv("AWS_REGION", "eu-west-1")

    assert clients.ec2().meta.region_name == "eu-west-1"
    assert clients.ec2("us-east-1").meta.region_name == "us-east-1"
    assert clients.elbv2().meta.region_name == "eu-west-1"
    assert clients.elbv2("us-east-1").meta.service_model.service_name == "elbv2"


@pytest.mark.parametrize(
    ("region", "profile", "url", "words"),
    [
        (None, None, "", "no Region is set; set --region"),
        ("eu-west-1", "nobody", "", "the config profile .nobody. could not be found"),
        ("eu-west-1", None, "nonsense", "check AWS_ENDPOINT_URL"),
        ("no such", None, "", "no such"),
    ],
)
def test_a_wrong_setting_is_told(
    region: str | None, profile: str | None, url: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean_environment(monkeypatch)
    if url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)

    with pytest.raises(AwsError, match=words):
        clients.ec2(region, profile)


REFUSED = "<Response><Errors><Error><Code>{}</Code><Message>no</Message></Error></Errors></Response>"
VPCS = "<DescribeVpcsResponse><vpcSet/></DescribeVpcsResponse>"


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Return a client of EC2 whose requests get these answers, and the pauses between them."""
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)

    def make(*codes: str, status: int = 503) -> tuple[Any, list[float]]:
        session = clients.open_session("eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
        client = session.client("ec2", config=clients.config(None))
        clients.wait_if_throttled(client)
        left = iter(codes)

        def answer(request: Any, **_: Any) -> AWSResponse:
            code = next(left, "")
            raw = BytesIO((REFUSED.format(code) if code else VPCS).encode())
            raw.stream = lambda **_: iter([raw.getvalue()])  # type: ignore[attr-defined]
            return AWSResponse(request.url, status if code else 200, {}, raw)

        client.meta.events.register("before-send", answer)
        return client, pauses

    return make


@pytest.mark.parametrize("code", ["RequestLimitExceeded", "ThrottlingException"])
def test_throttled_requests_are_repeated_for_minutes(answered: Callable[..., Any], code: str) -> None:
    client, pauses = answered(*[code] * (clients.MOST_THROTTLED_ATTEMPTS - 1))

    assert client.describe_vpcs()["Vpcs"] == []
    assert len(pauses) == clients.MOST_THROTTLED_ATTEMPTS - 1
    assert max(pauses) <= 20


def test_a_request_that_stays_throttled_fails_at_last(answered: Callable[..., Any]) -> None:
    client, pauses = answered(*["RequestLimitExceeded"] * 100)

    with pytest.raises(ClientError, match="RequestLimitExceeded"):
        client.describe_vpcs()
    assert len(pauses) == clients.MOST_THROTTLED_ATTEMPTS - 1


def test_throttled_requests_are_repeated_beyond_the_retry_quota(answered: Callable[..., Any]) -> None:
    # Of botocore's quota, each repetition costs a part that only a success without one gives back.
    often = 5 * [*["RequestLimitExceeded"] * (clients.MOST_THROTTLED_ATTEMPTS - 1), ""]
    client, pauses = answered(*often * 10)

    for _ in range(50):
        client.describe_vpcs()
    assert len(pauses) == 50 * (clients.MOST_THROTTLED_ATTEMPTS - 1)


@pytest.mark.parametrize(("code", "status", "attempts"), [("Failure", 503, 5), ("OperationRefused", 400, 1)])
def test_other_errors_are_repeated_as_before(
    answered: Callable[..., Any], code: str, status: int, attempts: int
) -> None:
    client, pauses = answered(*[code] * 100, status=status)

    with pytest.raises(ClientError, match=code):
        client.describe_vpcs()
    assert len(pauses) == attempts - 1


def test_sessions_share_the_descriptions_of_the_apis() -> None:
    one, other = (clients.open_session("eu-west-1") for _ in range(2))
    loader = one._session.get_component("data_loader")

    assert loader is other._session.get_component("data_loader")
    assert len(loader.search_paths) == len(set(loader.search_paths))
