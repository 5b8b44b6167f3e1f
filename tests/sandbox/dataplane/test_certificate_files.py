"""Certificates that are loaded from memory."""

import ssl

import pytest

from privatelink.sandbox.dataplane.certificate_files import load
from tests.support.packets import new_certificate


def test_a_certificate_needs_its_own_key() -> None:
    text, key = new_certificate("a.example.com")
    _, other = new_certificate("b.example.com")
    load(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), text, key)
    with pytest.raises(ssl.SSLError):
        load(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), text, other)
