"""boto3 clients: retries, Regions, proxies, and settings that are wrong."""

import pytest

from privatelink.api import clients
from privatelink.api.errors import AwsError
from tests.support.fake_aws import clean_environment

pytestmark = pytest.mark.usefixtures("quick_clients")


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
