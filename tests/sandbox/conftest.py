"""moto in this process, for what needs no server. Its import takes seconds: not while tests are collected."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def extended() -> None:
    """The sandbox's extensions are in moto."""
    from privatelink.sandbox import extensions

    extensions.install()


@pytest.fixture
def moto_here(extended: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """moto in this process, extended, with nothing in it, for what reads its state: making it takes long."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    assert "AWS_PROFILE" not in os.environ
    from moto import mock_aws

    with mock_aws():
        yield
