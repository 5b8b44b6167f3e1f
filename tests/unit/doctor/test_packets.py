"""Packets in the sandbox."""

import importlib.util
import subprocess
import sys

import pytest

from privatelink.doctor.packets import packets


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())


def test_packets_can_move() -> None:
    assert packets(lambda: None).state == "ok"


def test_the_reason_why_they_cannot() -> None:
    found = packets(lambda: "the program nft is missing: install the package nftables")
    assert (found.state, found.fix) == ("warning", "install the package nftables")
    assert found.found == "the program nft is missing; the sandbox only answers API requests"


def test_without_the_extra_nothing_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    def tried() -> str | None:
        raise AssertionError

    assert packets(tried).found == "not used: the sandbox extra is not installed"


def test_the_doctor_imports_neither_moto_nor_jsii() -> None:
    code = (
        "import sys, privatelink.cli.doctor; "
        "print(*{'moto', 'werkzeug', 'jsii', 'cdktf', 'constructs'} & sys.modules.keys())"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "\n"
