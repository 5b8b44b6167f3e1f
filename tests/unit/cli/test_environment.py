"""`privatelink environment`: the lines it prints, and what it says beside them."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import privatelink.terraform.environment
from tests.support.cli import run


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only mirror that is found, whatever this machine has."""
    path = tmp_path / "a mirror"
    monkeypatch.setattr(privatelink.terraform.environment, "find_mirror", lambda _environment: path)
    return path


@pytest.fixture
def no_mirror(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(privatelink.terraform.environment, "find_mirror", lambda _environment: None)


def test_the_printed_lines_can_be_evaluated(tmp_path: Path) -> None:
    # Given a configuration that points nowhere, in a real shell, from a directory with a space in its name.
    work = tmp_path / "with space"
    script = f'eval "$("$PYTHON" -m privatelink environment --work-dir {shlex.quote(str(work))})" && env'
    shell = subprocess.run(
        ["sh", "-c", script],
        env={
            "PATH": "/bin:/usr/bin",
            "PYTHON": sys.executable,
            "HOME": str(tmp_path),
            "TF_CLI_CONFIG_FILE": str(tmp_path / "nowhere"),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    after = dict(line.split("=", 1) for line in shell.stdout.splitlines())
    assert after["CHECKPOINT_DISABLE"] == "1"
    assert after.get("TF_CLI_CONFIG_FILE") in (None, str(work / "terraform.rc"))
    assert shell.stderr == ""


@pytest.mark.usefixtures("no_mirror")
def test_main_prints_no_variable_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.environ", {"HOME": str(tmp_path), "GOGC": "400", "TF_IN_AUTOMATION": "1"})
    ran = run("environment", "--work-dir", tmp_path)
    assert ran.exit_code == 0
    assert ran.stdout == "export CHECKPOINT_DISABLE=1\n"


def test_main_says_when_the_named_mirror_is_wrong(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TF_PLUGIN_MIRROR", str(tmp_path / "nowhere"))
    ran = run("environment", "--work-dir", tmp_path)
    assert ran.exit_code == 2
    assert ran.stdout == ""
    assert ran.stderr.startswith("error: TF_PLUGIN_MIRROR is ")


@pytest.mark.usefixtures("mirror")
def test_main_says_when_the_users_configuration_overrules_a_named_mirror(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".terraformrc").touch()
    monkeypatch.setattr("os.environ", {"HOME": str(tmp_path), "TF_PLUGIN_MIRROR": "x"})
    ran = run("environment", "--work-dir", tmp_path)
    assert ran.exit_code == 0
    assert "TF_PLUGIN_MIRROR has no effect" in ran.stderr


def test_main_says_when_the_work_dir_cannot_be_written(
    mirror: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("os.environ", {"HOME": str(tmp_path)})
    (tmp_path / "file").touch()
    ran = run("environment", "--work-dir", tmp_path / "file/below")
    assert ran.exit_code == 2
    assert "file/below" in ran.stderr
