"""`privatelink hcl`: it prints the folders that it wrote."""

from pathlib import Path

import pytest

from privatelink.cli import hcl
from tests.support.cli import run


def test_it_prints_the_folders_it_wrote(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    written = [tmp_path / "hcl/a", tmp_path / "hcl/b"]
    monkeypatch.setattr(hcl, "write", lambda out, _: written if out == tmp_path else [])

    ran = run("hcl", "--out", tmp_path)

    assert (ran.exit_code, ran.stdout) == (0, f"{written[0]}\n{written[1]}\n")


def test_nothing_generated_is_bad_input(tmp_path: Path) -> None:
    ran = run("hcl", "--out", tmp_path)

    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "run `privatelink synth`" in ran.stderr
