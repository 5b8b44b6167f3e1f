"""What a killed demo left running."""

import shutil
import subprocess

import pytest

from demo.leftovers import PROC, end_leftovers

pytestmark = pytest.mark.skipif(not (PROC / "self").exists(), reason="looks for processes in /proc")


@pytest.fixture
def start(tmp_path):
    """Start a program of some name in a directory; it is ended after the test."""
    running = []

    def make(name, directory):
        directory.mkdir(parents=True, exist_ok=True)
        program = tmp_path / "bin" / str(len(running)) / name
        program.parent.mkdir(parents=True)
        shutil.copy2(shutil.which("sleep"), program)
        running.append(subprocess.Popen([program, "60"], cwd=directory))
        return running[-1]

    yield make
    for process in running:
        process.kill()
        process.wait()


def test_only_terraform_below_the_directory_is_ended(start, tmp_path):
    core = start("terraform", tmp_path / "demo/stacks/one")
    provider = start("terraform-provider-aws_v5.100.0_x5", tmp_path / "demo/stacks/two")
    others = [start("terraform", tmp_path / "demolition"), start("editor", tmp_path / "demo")]

    ended = end_leftovers(tmp_path / "demo")

    assert sorted(ended) == sorted([core.pid, provider.pid])
    assert core.wait(5) == provider.wait(5) == -9
    assert [process.poll() for process in others] == [None, None]
