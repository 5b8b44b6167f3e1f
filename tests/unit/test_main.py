"""main.py: what it writes, and that it writes all of it or nothing."""

import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.output_folders import beside, generated, state
from tests.support.project import PROJECT

pytestmark = pytest.mark.slow


def run(tmp_path, topology=None, **environment):
    if topology is not None:
        (tmp_path / "bad.yaml").write_text(topology)
        environment["PRIVATELINK_TOPOLOGY"] = str(tmp_path / "bad.yaml")
    process = start(tmp_path / "out", cwd=tmp_path, **environment)
    stdout, stderr = process.communicate()
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)


def start(out, topology=None, *, before=(), cwd=None, limits=None, **environment):
    """Start main.py, perhaps as the argument of another command."""
    if topology is not None:
        environment["PRIVATELINK_TOPOLOGY"] = str(topology)
    return subprocess.Popen(
        [*before, sys.executable, PROJECT / "main.py"],
        cwd=cwd,
        env=os.environ | {"CDKTF_OUTDIR": str(out)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=limits,
    )


def ended(process):
    """Wait for it; give its exit code and what it said."""
    stdout, stderr = process.communicate()
    assert stdout == ""
    return process.returncode, stderr


EXAMPLES = [PROJECT / "examples" / name for name in ("managed.yaml", "three-by-three.yaml")]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The output of two topologies: what a reader may see."""
    folder = tmp_path_factory.mktemp("whole")
    for number, topology in enumerate(EXAMPLES):
        assert ended(start(folder / str(number), topology)) == (0, "")
    return [generated(folder / str(number)) for number in range(2)]


def test_default_topology_is_the_walkthrough_from_any_directory(tmp_path):
    ran = run(tmp_path)

    assert ran.returncode == 0, ran.stderr
    assert {path.name for path in (tmp_path / "out/stacks").iterdir()} == {
        "zigispace-provider",
        "zigispace-consumer-client",
    }
    assert ran.stdout == ran.stderr == ""


def test_one_zone_is_warned_about(tmp_path):
    text = (PROJECT / "topology.yaml").read_text()
    text = text.replace("[ap-northeast-2a, ap-northeast-2c]", "[ap-northeast-2a]")
    text = text.replace('      ap-northeast-2c: "ZIGISPACE - SVR#2"\n', "")

    ran = run(tmp_path, text)

    assert ran.returncode == 0, ran.stderr
    assert ran.stderr.startswith("warning: service.network.zones: ")


@pytest.mark.parametrize(
    "topology",
    ["", "name: [", "name: a\nservice: 1\n", "nme: zigispace\n"],
    ids=["empty", "unparsable", "wrong-type", "unknown-field"],
)
def test_wrong_topology_exits_2_names_the_place_and_writes_nothing(tmp_path, topology):
    ran = run(tmp_path, topology)

    assert ran.returncode == 2
    assert "bad.yaml" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not (tmp_path / "out").exists()


def test_wrong_topology_is_said_before_node_is_started(tmp_path):
    ran = run(tmp_path, "", JSII_NODE="/nonexistent/node")

    assert ran.returncode == 2
    assert "node" not in ran.stderr


@pytest.mark.parametrize("active", [True, False], ids=["virtual-environment-active", "none-active"])
def test_cdktf_json_finds_its_python(active, tmp_path):
    app = json.loads((PROJECT / "cdktf.json").read_text())["app"]
    environment = os.environ | {"PRIVATELINK_TOPOLOGY": str(tmp_path / "missing.yaml")}
    environment.pop("VIRTUAL_ENV", None)
    if active:  # as under `pipenv run`
        environment["VIRTUAL_ENV"] = sys.prefix
    else:
        (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / "main.py").symlink_to(PROJECT / "main.py")

    ran = subprocess.run(
        app, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )

    # It came as far as the topology, which takes the packages that are installed there.
    assert ran.returncode == 2, ran.stderr
    assert "missing.yaml" in ran.stderr


def test_killed_at_any_moment_it_leaves_one_output_whole(tmp_path, whole):
    out = tmp_path / "out"
    began = time.monotonic()
    assert ended(start(out, EXAMPLES[0])) == (0, "")
    duration = time.monotonic() - began
    chance = random.Random(17)
    seen, left = [0], 0
    for number in range(15):
        process = start(out, EXAMPLES[1 - seen[-1]])
        # What it writes, it writes last.
        time.sleep(chance.uniform(0.5, 1.1) * duration)
        process.kill()
        process.communicate()
        left += bool(beside(out))
        found = generated(out)
        assert found in whole, f"after kill {number}: {sorted(found)}"
        seen.append(whole.index(found))

    print(f"{left} of 15 killed while writing, {seen.count(1)} of topology 1")
    assert ended(start(out, EXAMPLES[0])) == (0, "")
    assert generated(out) == whole[0]
    assert beside(out) == set()


def test_of_two_at_once_one_is_there_whole(tmp_path, whole):
    out = tmp_path / "out"
    for _ in range(3):
        processes = [start(out, topology) for topology in EXAMPLES]
        for process in processes:
            code, said = ended(process)
            assert code == 0, said
            assert "Traceback" not in said
        assert generated(out) in whole
        assert beside(out) == set()


def mounted(folder, options, then):
    """A command that runs another one where a file system of its own is mounted, as only it sees."""
    script = f'mount -t tmpfs -o {options} none "$0" && {then} && exec "$@"'
    command = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c", script]
    tried = subprocess.run([*command[:-1], f"mount -t tmpfs none {folder}"], capture_output=True, check=False)
    if tried.returncode:
        pytest.skip("no right to mount")
    return [*command, folder]


def test_a_full_disk_is_one_line_and_changes_nothing(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    assert ended(start(tmp_path / "out", EXAMPLES[0])) == (0, "")
    # The old output, little more, and then a look at what is there after the run.
    fill = f'cp -r {tmp_path}/out "$0"/out && (dd if=/dev/zero of="$0"/full 2>&-; truncate -s -24k "$0"/full)'
    before = mounted(disk, "size=1m", fill)
    script = f'"$@"; code=$?; cp -r {disk} {tmp_path}/after; exit $code'

    code, said = ended(start(disk / "out", EXAMPLES[1], before=[*before, "sh", "-c", script, "sh"]))

    assert (code, said) == (
        2,
        f'error: no space left on the disk of "{disk}"; free some space, or name another folder with --out; '
        "nothing is changed\n",
    )
    assert generated(tmp_path / "after/out") == generated(tmp_path / "out")
    assert {path.name for path in (tmp_path / "after").iterdir()} == {"out", "full"}


def test_a_limit_of_file_sizes_is_one_line_and_changes_nothing(tmp_path, whole):
    out = tmp_path / "out"
    assert ended(start(out, EXAMPLES[0])) == (0, "")

    def limits():
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

    code, said = ended(start(out, EXAMPLES[1], limits=limits, PYTHONDONTWRITEBYTECODE="1"))

    assert (code, said.count("\n")) == (2, 1), said
    assert "raise `ulimit -f`" in said
    assert generated(out) == whole[0]
    assert beside(out) == set()


def test_a_disk_that_cannot_be_written_is_one_line(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()

    code, said = ended(start(disk / "out", before=mounted(disk, "ro", "true")))

    assert (code, said) == (
        2,
        f'error: cannot write to "{disk}", where the new output is prepared (Read-only file system); '
        "make it writable, or name another folder with --out; nothing is changed\n",
    )


def test_a_home_that_cannot_be_written_is_one_line(tmp_path):
    """There jsii keeps the packages that it has unpacked."""
    home = tmp_path / "home"
    home.mkdir()

    code, said = ended(start(tmp_path / "out", before=mounted(home, "ro", "true"), HOME=str(home)))

    assert "Traceback" not in said
    assert (code, said.count("error: ")) == (2, 1), said
    assert not (tmp_path / "out").exists()


@pytest.mark.reuse
def test_the_cdktf_cli_takes_what_is_left_of_a_removed_stack(tmp_path):
    """It removes the folders of removed stacks itself, and reads no other manifest than its own."""
    (tmp_path / "node_modules").symlink_to(PROJECT / "node_modules")
    environment = os.environ | {"PRIVATELINK_TOPOLOGY": str(tmp_path / "topology.yaml"), "CI": "true"}
    environment.pop("CDKTF_OUTDIR", None)
    app = f"{sys.executable} {PROJECT / 'main.py'}"
    (tmp_path / "cdktf.json").write_text(
        json.dumps(
            {"language": "python", "app": app, "projectId": "privatelink", "sendCrashReports": "false"}
        )
    )
    command = ["npx", "cdktf", "synth"]

    def synth(topology):
        shutil.copy(topology, tmp_path / "topology.yaml")
        ran = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout + ran.stderr

    out = tmp_path / "cdktf.out"
    synth(EXAMPLES[0])
    first = {path.name for path in (out / "stacks").iterdir()}
    state(tmp_path / "terraform.two-accounts-consumer-client.tfstate", 1)
    said = synth(EXAMPLES[1])
    second = {path.name for path in (out / "stacks").iterdir()}
    again = synth(EXAMPLES[1])

    assert not first & second
    assert {path.name for path in (out / "removed").iterdir()} == {
        "manifest.json",
        "two-accounts-consumer-client",
    }
    for text in (said, again):
        assert re.search(r"privatelink destroy .*--removed two-accounts-consumer-client", text)
    assert {path.name for path in (out / "stacks").iterdir()} == second
    assert Path(out / "manifest.json").exists()
