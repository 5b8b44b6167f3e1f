"""Fixtures that several unit tests share."""

from tests.support.fake_aws import aws, quick_clients

__all__ = ["aws", "quick_clients"]
