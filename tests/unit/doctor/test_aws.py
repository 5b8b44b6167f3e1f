"""The endpoint, the account and the Region."""

import pytest

from privatelink.api import clients
from privatelink.doctor.aws import account, endpoint
from tests.support.fake_aws import clean_environment
from tests.support.fake_sts import FakeSts

SECRET = "wJalrXUtnFEMI/K7MDENG"


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    clean_environment(monkeypatch)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_REGION", "eu-west-1")


def test_awss_own_endpoint() -> None:
    assert endpoint({"AWS_REGION": "eu-west-1"}).state == "ok"


def test_another_endpoint_without_its_password() -> None:
    found = endpoint(
        {"AWS_ENDPOINT_URL": "http://127.0.0.1:5566", "AWS_ENDPOINT_URL_EC2": "https://u:secret@host:1/x"}
    )
    assert found.state == "warning"
    assert "AWS_ENDPOINT_URL=http://127.0.0.1:5566, AWS_ENDPOINT_URL_EC2=https://host:1/x" in found.found
    assert "secret" not in found.found
    assert found.fix == "to use AWS: unset AWS_ENDPOINT_URL AWS_ENDPOINT_URL_EC2"


def test_the_account_the_arn_and_the_region(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeSts().attach(monkeypatch)
    found = account()
    assert found.state == "ok"
    assert found.found == "111122223333 as arn:aws:iam::111122223333:user/eve in eu-west-1"
    assert SECRET not in repr(found)


def test_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    found = account()
    assert found.state == "warning"
    assert found.found == "unable to locate credentials; needed only for AWS, not for the sandbox"
    assert "AWS_PROFILE" in found.fix


def test_no_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION")
    FakeSts().attach(monkeypatch)
    found = account()
    assert (found.state, found.fix) == ("warning", "set AWS_REGION, or a Region in your profile")
    assert found.found == "111122223333 as arn:aws:iam::111122223333:user/eve, without a Region"


def test_credentials_that_aws_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeSts(("ExpiredToken", "The security token included in the request is expired")).attach(monkeypatch)
    found = account()
    assert (found.state, found.fix) == ("warning", "log in again")
    assert "ExpiredToken" in found.found


def test_no_network() -> None:
    sts = clients.sts(0.5)
    assert sts.meta.config.connect_timeout == sts.meta.config.read_timeout == 0.5
    assert sts.meta.config.retries["total_max_attempts"] == 1


def test_an_endpoint_where_nothing_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    found = account()
    assert found.state == "warning"
    assert "check the network" in found.fix
