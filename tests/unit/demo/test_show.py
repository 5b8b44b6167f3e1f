"""Showing a topology: its folder, what stays, and cleaning up after it."""

import io
import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from rich.console import Console

from privatelink.demo import show as module
from privatelink.errors import UserError


@pytest.fixture
def walkthrough(monkeypatch):
    """A walkthrough that builds nothing; tests change what comes of it."""
    made = SimpleNamespace(failed=[], error=None)

    class Walkthrough:
        def __init__(self, work_dir, sandbox, console, variants=()):
            self.report = SimpleNamespace(failed=made.failed, as_json=lambda: [{"id": "W1"}])
            self.out_dir = work_dir / "cdktf.out"

        def run(self):
            if made.error:
                raise made.error

    @contextmanager
    def sandbox(**_):
        yield SimpleNamespace(data_plane_missing=None)

    @contextmanager
    def variants(_):
        yield {}

    monkeypatch.setattr(module, "Walkthrough", Walkthrough)
    monkeypatch.setattr(module, "running_sandbox", sandbox)
    monkeypatch.setattr(module, "running_variants", variants)
    monkeypatch.setattr(module, "synthesize_shown", lambda *_: None)
    return made


def shown(tmp_path, **options):
    out = io.StringIO()
    settings = {"keep": False, "as_json": False} | options
    code = module.show(Console(file=out, width=200), None, tmp_path / "demo", **settings)
    return code, out.getvalue()


def test_the_files_stay_until_they_are_removed(walkthrough, tmp_path):
    code, said = shown(tmp_path)

    assert code == 0
    assert "To remove it: make demo-clean" in said
    assert (tmp_path / "demo/walkthrough").is_dir()


def test_a_step_that_does_not_hold_is_a_finding(walkthrough, tmp_path):
    walkthrough.failed = [SimpleNamespace(id="W4"), SimpleNamespace(id="W9")]

    code, said = shown(tmp_path)

    assert (code, "failed: W4, W9" in said) == (1, True)


def test_what_fails_leaves_nothing_half_written(walkthrough, tmp_path):
    walkthrough.error = UserError("no")

    with pytest.raises(UserError):
        shown(tmp_path)

    assert list((tmp_path / "demo").iterdir()) == []


def test_json_goes_to_standard_output(walkthrough, tmp_path, capsys):
    shown(tmp_path, as_json=True)

    assert json.loads(capsys.readouterr().out)["steps"] == [{"id": "W1"}]


def test_cleaning_removes_what_demos_left(tmp_path):
    files = tmp_path / "demo"
    (files / "walkthrough").mkdir(parents=True)
    # Its demo has ended, and with it the local AWS.
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    (files / "walkthrough" / module.KEPT).write_text(json.dumps({"pid": ended.pid}))

    module.clean(Console(file=io.StringIO()), files)

    assert not files.exists()


def test_a_demo_beside_another_ends_with_it(monkeypatch):
    told = []
    monkeypatch.setattr(module.time, "sleep", lambda _: None)
    monkeypatch.setattr(module.os, "kill", lambda pid, number: told.append((pid, number)))

    module.end_with(os.getppid() + 1)

    assert told == [(os.getpid(), signal.SIGTERM)]
