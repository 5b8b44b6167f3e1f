"""What a killed demo left running."""

import shutil
import subprocess
import sys

import pytest

from privatelink.demo.leftovers import PROC, InUseError, claimed, end_leftovers
from tests.support.project import PROJECT


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


@pytest.mark.skipif(not (PROC / "self").exists(), reason="looks for processes in /proc")
def test_only_terraform_below_the_directory_is_ended(start, tmp_path):
    core = start("terraform", tmp_path / "demo/stacks/one")
    provider = start("terraform-provider-aws_v5.100.0_x5", tmp_path / "demo/stacks/two")
    others = [start("terraform", tmp_path / "demolition"), start("editor", tmp_path / "demo")]

    ended = end_leftovers(tmp_path / "demo")

    assert sorted(ended) == sorted([core.pid, provider.pid])
    assert core.wait(5) == provider.wait(5) == -9
    assert [process.poll() for process in others] == [None, None]


def test_a_directory_is_for_one_demo_at_a_time(tmp_path):
    work_dir = tmp_path / "demo/topology"
    in_use = pytest.raises(InUseError, match=r"another demo uses .*/demo/topology")
    with claimed(work_dir), in_use, claimed(work_dir, seconds=0.5):
        pytest.fail("had by two")
    with claimed(work_dir, seconds=0), claimed(tmp_path / "demo/internal", seconds=0):
        pass
    assert list((tmp_path / "demo").iterdir()) == []


def test_a_directory_is_free_when_its_demo_was_killed(tmp_path):
    work_dir = tmp_path / "topology"
    script = "import sys, pathlib; from privatelink.demo.leftovers import claimed\n"
    script += "with claimed(pathlib.Path(sys.argv[1])): print('have it', flush=True); sys.stdin.read()"
    killed = subprocess.Popen(
        [sys.executable, "-c", script, work_dir],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert killed.stdout.readline() == "have it\n"
    with pytest.raises(InUseError), claimed(work_dir, seconds=0):
        pytest.fail("had by two")
    killed.kill()
    killed.communicate()
    with claimed(work_dir, seconds=0):
        pass
