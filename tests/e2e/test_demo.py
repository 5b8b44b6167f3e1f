"""The demo as a command: what a user sees when it is wrong, interrupted, or kept."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from privatelink.sandbox.dataplane import why_not
from tests.support.dataplane_fixtures import eventually
from tests.support.host import host
from tests.support.project import PROJECT
from tests.support.synth import WALKTHROUGH

pytestmark = pytest.mark.terraform


def demo(*arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "privatelink", "demo", *map(str, arguments)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **options,
    )


def processes_of(marker):
    """Processes in whose environment the marker is: those of one demo, whatever session they are in."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            text = (process / "environ").read_bytes()
        except OSError:
            continue
        if marker.encode() in text:
            found.append((process / "cmdline").read_text())
    return found


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks for processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminate"])
def test_interrupted_demo_leaves_nothing_running_and_nothing_half_written(number, tmp_path):
    marker = f"mark-{tmp_path.name}-{number}"
    running = demo("--topology", WALKTHROUGH, "--files", tmp_path / "demo", env=os.environ | {"MARK": marker})
    for line in running.stdout:
        if "creating aws_lb.load-balancer" in line:
            break
    else:
        pytest.fail(running.stderr.read())
    assert len(processes_of(marker)) >= 3  # demo, sandbox, Terraform

    running.send_signal(number)
    out, err = running.communicate(timeout=240)

    assert running.returncode == 130, out + err
    assert "interrupted" in out
    assert "Traceback" not in out + err
    assert processes_of(marker) == []
    assert list((tmp_path / "demo").glob("*")) == []


@pytest.mark.skipif(why_not() is not None, reason=f"no data plane here: {why_not()}")
def test_a_killed_demo_and_one_kept_after_it_leave_the_host_as_it_was(tmp_path):
    """The demo as `make demo` runs it, killed while its stacks are being applied; then one to look around."""
    files, before = tmp_path / "demo", host()
    marker = f"mark-{tmp_path.name}-killed"
    environment = os.environ | {"MARK": marker}
    killed = demo("--files", files, env=environment)
    for line in killed.stdout:
        if "creating aws_lb.load-balancer" in line:
            break
    else:
        pytest.fail(killed.stderr.read())
    assert len(processes_of(marker)) >= 9  # three demos, with a sandbox and Terraform each

    killed.kill()
    killed.wait()
    kept = demo("--files", files, "--keep", "--json", env=environment)

    outcomes = {step["id"]: step["outcome"] for step in read_json(kept)["steps"]}
    # The two that another topology shows are left out of a demo that is to stay.
    assert {step for step, outcome in outcomes.items() if outcome != "holds"} == {"W9", "W13"}
    assert eventually(lambda: list(files.glob("*/kept.json")))
    cleaning = demo("--clean", "--files", files, env=environment)
    out, err = cleaning.communicate(timeout=240)

    assert cleaning.returncode == 0, out + err
    assert out.count("Destroy complete!") == 2
    kept.communicate(timeout=240)
    assert kept.returncode == 0
    assert not files.exists()
    assert processes_of(marker) == []
    assert host() == before


def test_wrong_topology_is_refused_with_the_generators_words(tmp_path):
    (tmp_path / "bad.yaml").write_text("name: [")

    running = demo("--topology", tmp_path / "bad.yaml", "--files", tmp_path / "demo")
    out, err = running.communicate(timeout=240)

    assert running.returncode == 2, out + err
    assert "bad.yaml:" in err
    assert "Traceback" not in out + err
    assert list((tmp_path / "demo").glob("*")) == []


@pytest.mark.parametrize(
    ("example", "why"),
    [
        ("consumer-only", "has only consumers"),
        ("existing-network", "existing-provider creates no aws_vpc"),
        ("auto-scaling", "scaled-provider creates no aws_instance"),
    ],
)
def test_topology_that_cannot_be_shown_is_refused(example, why, tmp_path):
    running = demo("--topology", PROJECT / f"examples/{example}.yaml", "--files", tmp_path / "demo")
    out, err = running.communicate(timeout=240)

    assert running.returncode == 2, out + err
    assert why in " ".join(err.split())
    assert "Traceback" not in err


def read_json(running):
    """The JSON that a process prints first; it need not end for that."""
    lines = []
    for line in running.stdout:
        lines.append(line)
        if line == "}\n":
            return json.loads("".join(lines))
    raise AssertionError(running.stderr.read())
