"""User data as a shell script; the scripts are run here, by a shell, in a directory of the test's own."""

import base64
import gzip
import subprocess
from pathlib import Path

import pytest

from privatelink.sandbox.dataplane import boot


def run(data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> subprocess.CompletedProcess[str]:
    monkeypatch.setattr(boot, "SCRIPTS", str(tmp_path / "scripts"))
    script = boot.boot_script(base64.b64encode(data))
    return subprocess.run(
        ["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=20
    )


def test_nothing_to_do() -> None:
    assert boot.boot_script(b"") == ""


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_script(pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run(pack(b"#!/bin/sh\necho 'it''s' \"$0\"\n"), tmp_path, monkeypatch)
    assert done.stdout == f"its {tmp_path}/scripts/part-001\n"


def test_a_failing_script_does_not_hide_its_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run(b"#!/bin/sh\necho before\nexit 4\n", tmp_path, monkeypatch)
    assert (done.stdout, done.returncode) == ("before\n", 4)


def test_cloud_config_in_its_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = f"""#cloud-config
runcmd:
  - cat {tmp_path}/a
  - [echo, "two words", 3]
write_files:
  - {{path: {tmp_path}/a, content: "first\\n"}}
  - {{path: {tmp_path}/a, content: "second\\n", append: true, permissions: "0600"}}
bootcmd:
  - echo early
"""
    done = run(config.encode(), tmp_path, monkeypatch)
    assert done.stdout == "early\nfirst\nsecond\ntwo words 3\n"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


def test_parts_of_several_kinds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    message = (
        b'Content-Type: multipart/mixed; boundary="X"\nMIME-Version: 1.0\n\n'
        b"--X\nContent-Type: text/cloud-config\n\n#cloud-config\nruncmd: [echo config]\n"
        b"--X\nContent-Type: text/x-shellscript\n\n#!/bin/sh\necho script\n--X--\n"
    )
    assert run(message, tmp_path, monkeypatch).stdout == "config\nscript\n"


def test_what_is_neither_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "neither a script" in run(b"hello", tmp_path, monkeypatch).stderr
