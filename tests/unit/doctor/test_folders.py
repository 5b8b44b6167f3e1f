"""Folders that are written to."""

import shutil
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from privatelink.doctor.folders import current_folder, home


def test_a_folder_that_can_be_written(tmp_path: Path) -> None:
    found = current_folder(tmp_path)
    assert found.found.startswith(f"{tmp_path}, ")
    assert [*tmp_path.iterdir()] == []


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    found = home(tmp_path / "nowhere")
    assert (found.state, found.needed_for) == ("missing", ("synth", "demo"))
    assert found.found == f"{tmp_path / 'nowhere'} cannot be written: No such file or directory"
    assert "JSII_RUNTIME_PACKAGE_CACHE_ROOT" in found.fix


def test_a_read_only_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Path) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    found = current_folder(tmp_path)
    assert found.state == "missing"
    assert found.found.endswith("cannot be written: Read-only file system")


def test_little_space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=300_000_000))
    found = current_folder(tmp_path)
    assert (found.state, found.found) == ("warning", f"{tmp_path}, 0.3 GB free")
    assert "1 GB" in found.fix
