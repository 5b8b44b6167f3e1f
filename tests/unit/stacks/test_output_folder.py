"""The output folder is always one topology's, whole; nothing but generated Terraform is replaced."""

import errno
import os
import random
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from privatelink.stacks import output_folder
from privatelink.stacks.output_folder import OutputFolderError, exchange, replaced
from tests.support import cli
from tests.support.output_folders import SAVED_PLAN, beside, generate, generated, local, state

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
# Two topologies: neither is part of the other, and each file of one differs from that of the other.
TOPOLOGIES = tuple(
    {f"stack-{number}": local(f"stack-{number}", text=text * 3000) for number in numbers}
    for text, numbers in (("1", range(8)), ("2", range(4, 12)))
)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def write(out, stacks, tell=lambda _: None):
    with replaced(out, tell) as new:
        generate(new, stacks)


def fail(out, error):
    """Write half of an output."""
    with replaced(out) as new:
        generate(new, {"b": {}})
        raise error


def expected(tmp_path):
    """What a reader of the output may see: one of two topologies, whole."""
    outputs = []
    for number, stacks in enumerate(TOPOLOGIES):
        generate(tmp_path / f"expected-{number}", stacks)
        outputs.append(generated(tmp_path / f"expected-{number}"))
    return outputs


def as_child(work):
    """Do something in a forked process; return its id."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        work()
        code = 0
    finally:
        os._exit(code)


def exit_code(pid):
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_a_new_folder_and_its_parents_are_created(tmp_path):
    out = tmp_path / "a/b/out"

    write(out, {"a": {}})

    assert set(generated(out)) == {"manifest.json", "stacks/a/cdk.tf.json"}
    assert beside(out) == set()
    assert out.stat().st_mode == (tmp_path / "a").stat().st_mode


def test_another_topology_takes_its_place(out):
    write(out, {"a": {"v": 1}, "b": {}})
    out.chmod(0o750)
    write(out, {"a": {"v": 2}, "c": {}})

    assert set(generated(out)) == {"manifest.json", "stacks/a/cdk.tf.json", "stacks/c/cdk.tf.json"}
    assert out.stat().st_mode & 0o777 == 0o750
    assert beside(out) == set()


def test_what_changes_nothing_leaves_the_folder_as_it_is(out):
    write(out, {"a": {}})
    before = out.stat(), (out / "stacks/a").stat()
    write(out, {"a": {}})

    assert (out.stat(), (out / "stacks/a").stat()) == before


def test_an_exception_leaves_the_folder_as_it_was_and_nothing_beside(tmp_path):
    out = tmp_path / "deep/out"
    with pytest.raises(ValueError, match="broken"):
        fail(out, ValueError("broken"))
    assert not (tmp_path / "deep").exists()

    write(out, {"a": {}})
    before = generated(out)
    with pytest.raises(KeyboardInterrupt):
        fail(out, KeyboardInterrupt())
    assert generated(out) == before
    assert beside(out) == set()


def test_a_symbolic_link_is_followed(tmp_path):
    link = tmp_path / "link"
    link.symlink_to("there/out")
    (tmp_path / "there").mkdir()

    write(link, {"a": {}})
    write(link, {"b": {}})

    assert link.is_symlink()
    assert set(generated(tmp_path / "there/out")) == {"manifest.json", "stacks/b/cdk.tf.json"}


def test_the_user_is_told_of_removed_stacks_each_time_and_of_dropped_plans_once(out, monkeypatch):
    monkeypatch.chdir(out.parent)
    told = []
    write(Path("out"), {"a": {}, "b": local("b")})
    state(out.parent / "terraform.b.tfstate", 1)
    (out / "stacks/a/plan").write_bytes(SAVED_PLAN)

    write(Path("out"), {"a": {"v": 2}}, told.append)
    again = []
    write(Path("out"), {"a": {"v": 2}}, again.append)

    assert told[1:3] == ["  privatelink destroy --out out --removed b", "  b: 1 resource in its state"]
    assert told[3:] == ["note: removed the plan out/stacks/a/plan: its stack has changed"]
    assert again == told[:3]


@pytest.mark.parametrize(
    "content",
    [
        lambda out: None,
        lambda out: (out / "stacks").mkdir(),
        lambda out: generate(out, {"a": {}}) or (out / "manifest.json").write_text('{"sta'),
        lambda out: generate(out, {"a": {}}) or (out / "manifest.json").unlink(),
        lambda out: generate(out, {"a": {}}) or (out / "notes").touch(),
    ],
    ids=["empty", "no-stack-yet", "cut-manifest", "no-manifest", "files-of-a-user"],
)
def test_what_cdktf_has_written_is_replaced_even_if_it_is_not_whole(out, content):
    out.mkdir()
    content(out)

    write(out, {"b": {}})

    assert set(generated(out)) == {"manifest.json", "stacks/b/cdk.tf.json"}


@pytest.mark.parametrize(
    "content",
    [
        lambda out: (out / "topology.yaml").touch(),
        lambda out: (out / "manifest.json").write_text('{"name": "a web application"}'),
        lambda out: (out / "manifest.json").write_text('["stacks", "version"]'),
        lambda out: (out / "stacks/network/main").mkdir(parents=True),
    ],
    ids=["a-project", "another-manifest", "a-list", "other-stacks"],
)
def test_a_folder_with_anything_else_is_refused(out, content):
    out.mkdir()
    content(out)
    before = sorted(out.rglob("*"))

    with pytest.raises(
        OutputFolderError, match=r'^"\S+" contains other files than generated .* such as cdktf.out$'
    ):
        write(out, {"a": {}})

    assert sorted(out.rglob("*")) == before
    assert beside(out) == set()


@pytest.mark.parametrize("path", [".", "..", "/"])
def test_the_current_folder_is_refused(tmp_path, monkeypatch, path):
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")

    with pytest.raises(OutputFolderError, match="is or contains the current folder"):
        write(Path(path), {"a": {}})


def test_a_current_folder_that_is_gone_is_said(tmp_path, monkeypatch):
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    (tmp_path / "below").rmdir()

    with pytest.raises(OutputFolderError, match=r"run `cd \.`, or change"):
        write(Path("out"), {"a": {}})


def test_a_file_is_refused(out):
    out.write_text("mine")

    with pytest.raises(OutputFolderError, match="is not a folder"):
        write(out, {"a": {}})
    with pytest.raises(OutputFolderError, match=r"^cannot create .* is not a folder"):
        write(out / "below" / "out", {"a": {}})

    assert out.read_text() == "mine"


def test_a_mount_point_is_refused(out, monkeypatch):
    out.mkdir()
    monkeypatch.setattr(os.path, "ismount", lambda path: Path(path) == out)

    with pytest.raises(OutputFolderError, match=r"is a mount point.*name a folder in it"):
        write(out, {"a": {}})


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (errno.EDQUOT, "no space left on the disk of .*; free some"),
        (errno.EFBIG, "raise `ulimit -f`"),
        (errno.EROFS, r"cannot write to .* \(Read-only file system\); make it writable, or name"),
        (errno.EACCES, r"cannot write to .* \(Permission denied\); make it writable, or name"),
        (errno.EBUSY, "mounted; name a folder in it"),
        (errno.ENOLCK, "file system without locks; name a folder on a local disk"),
    ],
)
def test_an_error_of_the_file_system_has_its_fix_in_one_line(out, code, said):
    write(out, {"a": {}})
    before = generated(out)

    with pytest.raises(OutputFolderError, match=rf"{said}.*; nothing is changed$") as raised:
        fail(out, OSError(code, os.strerror(code)))

    assert "\n" not in str(raised.value)
    assert generated(out) == before
    assert beside(out) == set()


@pytest.mark.parametrize(
    ("free", "said"),
    [
        (4096, "no space left on the disk of .*; free some"),
        (1 << 30, "HOME or TMPDIR, where jsii unpacks its packages"),
    ],
)
def test_a_full_disk_is_looked_for_where_it_is(out, monkeypatch, free, said):
    """Node.js does not say which file it was writing."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))

    with pytest.raises(OutputFolderError, match=rf"{said}.*; nothing is changed$"):
        fail(out, OSError(errno.ENOSPC, "No space left on device"))


def test_an_error_elsewhere_is_not_called_one_of_the_folder(out):
    with pytest.raises(PermissionError, match="elsewhere"), replaced(out):
        raise PermissionError(errno.EACCES, "Permission denied", "/elsewhere/cache")


@on_linux
@pytest.mark.parametrize("name", ["terraform", "terraform-1.9", "tofu"])
def test_terraform_at_work_in_the_folder_is_not_disturbed(out, tmp_path, name):
    write(out, {"a": {"v": 1}})
    before = generated(out)
    (tmp_path / "bin").mkdir()
    shutil.copy("/bin/sleep", tmp_path / "bin" / name)
    with subprocess.Popen([tmp_path / "bin" / name, "60"], cwd=out / "stacks/a") as running:
        try:
            write(out, {"a": {"v": 1}})  # which changes nothing
            with pytest.raises(
                OutputFolderError, match=rf"^{name} is running in .*{running.pid}.*wait until it has finished"
            ):
                write(out, {"a": {"v": 2}})
        finally:
            running.kill()

    assert generated(out) == before


@on_linux
def test_a_shell_in_the_folder_is_told_how_to_get_into_the_new_one(out):
    write(out, {"a": {"v": 1}})
    told = []
    script = "read _; cd .; cat cdk.tf.json"
    with subprocess.Popen(
        ["sh", "-c", script], cwd=out / "stacks/a", env=os.environ | {"PWD": str(out / "stacks/a")},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as shell:  # fmt: skip
        write(out, {"a": {"v": 2}}, told.append)
        seen, _ = shell.communicate("go\n")

    assert told == [f"note: {out}/stacks/a was replaced; run `cd .` in the shell with process ID {shell.pid}"]
    assert '"v": 2' in seen


def test_a_run_waits_for_another_one_and_says_so(out, monkeypatch):
    monkeypatch.setattr(output_folder, "QUIET_SECONDS", 0.05)
    read, written = os.pipe()

    def hold():
        with replaced(out) as new:
            generate(new, {"a": local("a")})
            os.write(written, b"!")
            time.sleep(0.3)

    other = as_child(hold)
    os.read(read, 1)
    told = []
    write(out, {"b": {}}, told.append)

    assert exit_code(other) == 0
    assert told == [f"waiting for another run that writes {out} ..."]
    assert set(generated(out)) == {"manifest.json", "stacks/b/cdk.tf.json"}
    assert beside(out) == set()


@pytest.mark.parametrize("is_atomic", [True, False])
def test_what_killed_runs_left_is_removed(out, monkeypatch, is_atomic):
    if not is_atomic:
        monkeypatch.setattr(output_folder, "exchange", lambda *_: False)
    write(out, {"a": {}})
    for name in (".out.new-1-1", ".out.old-1-1"):
        generate(out.with_name(name), {"b": {}})
    out.with_name(".out.lock").touch()
    out.with_name(".outer.new-1-1").mkdir()

    write(out, {"c": {}})

    assert set(generated(out)) == {"manifest.json", "stacks/c/cdk.tf.json"}
    assert beside(out) == set()
    assert out.with_name(".outer.new-1-1").exists()


def test_an_output_that_was_moved_away_comes_back(out):
    """Where folders cannot be exchanged at once, a run may be killed between two steps."""
    write(out, {"a": {}, "b": local("b")})
    (out / "stacks/a/.terraform.lock.hcl").touch()
    state(out.parent / "terraform.b.tfstate", 1)
    out.rename(out.with_name(".out.old-1-1"))
    generate(out.with_name(".out.new-1-1"), {"c": {}})

    write(out, {"a": {"v": 2}})

    assert (out / "stacks/a/.terraform.lock.hcl").exists()
    assert (out / "removed/b/cdk.tf.json").exists()
    assert beside(out) == set()


def test_a_failed_exchange_in_steps_puts_the_output_back(out, monkeypatch):
    monkeypatch.setattr(output_folder, "exchange", lambda *_: False)
    write(out, {"a": {}})
    before = generated(out)
    rename = Path.rename

    def fails(self, target):
        if self.name.startswith(".out.new-"):
            raise OSError(errno.EIO, "Input/output error", str(self))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(OSError, match="Input/output error"):
        write(out, {"b": {}})

    assert generated(out) == before
    assert beside(out) == set()


@on_linux
def test_folders_are_exchanged_at_once(tmp_path):
    for name in "ab":
        (tmp_path / name / name).mkdir(parents=True)

    assert exchange(tmp_path / "a", tmp_path / "b")

    assert (tmp_path / "a/b").exists()
    assert (tmp_path / "b/a").exists()
    with pytest.raises(FileNotFoundError, match="missing"):
        exchange(tmp_path / "a", tmp_path / "missing")


@pytest.mark.slow
@pytest.mark.parametrize("is_atomic", [pytest.param(True, marks=on_linux), False])
def test_killed_at_any_moment_it_leaves_one_output_whole(out, tmp_path, monkeypatch, is_atomic):
    """After 100 kills, 20 of them during a run's writing, the folder is one of two, with its files."""
    if not is_atomic:
        monkeypatch.setattr(output_folder, "exchange", lambda *_: False)
    whole = expected(tmp_path)
    write(out, TOPOLOGIES[0])
    provider = out / "stacks/stack-5/.terraform/provider"
    provider.parent.mkdir()
    provider.write_text("binary")
    chance = random.Random(17)
    began = time.monotonic()
    for number in range(10):
        assert exit_code(as_child(lambda number=number: write(out, TOPOLOGIES[(number + 1) % 2]))) == 0
    duration = (time.monotonic() - began) / 10
    seen, left, missing, kills = [], 0, 0, 0
    # On a busy machine, more of the processes have not begun to write.
    while kills < 100 or (left < 20 and kills < 400):
        kills += 1
        # Each asks for the topology that is not there.
        asked = TOPOLOGIES[0] if seen and seen[-1] == 1 else TOPOLOGIES[1]
        pid = as_child(lambda asked=asked: write(out, asked))
        time.sleep(chance.uniform(0, 1.1 * duration))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        left += bool(beside(out))
        if not is_atomic and not out.exists():
            # The next run puts it back, and is the one that says so above.
            missing += 1
            continue
        found = generated(out)
        assert found in whole, f"after kill {kills}: {sorted(found)}"
        seen.append(whole.index(found))
        assert provider.read_text() == "binary"

    print(
        f"{left} of {kills} killed while writing, {missing} between two steps; {seen.count(1)} of topology 1"
    )
    assert set(seen) == {0, 1}
    assert left >= 20, "too few were killed while they were writing"
    write(out, {"stack-5": local("stack-5")})
    assert provider.read_text() == "binary"
    assert beside(out) == set()


@pytest.mark.slow
def test_of_two_at_once_one_is_there_whole_at_every_moment(out, tmp_path):
    whole = expected(tmp_path)
    write(out, TOPOLOGIES[0])
    for _ in range(20):
        children = [as_child(lambda stacks=stacks: write(out, stacks)) for stacks in TOPOLOGIES]
        assert [exit_code(pid) for pid in children] == [0, 0]
        assert generated(out) in whole
        assert beside(out) == set()


@pytest.mark.slow
def test_many_at_once_never_hold_the_lock_together(out, tmp_path):
    """The lock's file is removed by each owner, while others wait for it."""
    log = tmp_path / "log"

    def work():
        for _ in range(10):
            with replaced(out) as new:
                with log.open("a") as file:
                    file.write("in ")
                generate(new, {"a": {"by": os.getpid(), "at": time.time_ns()}})
                with log.open("a") as file:
                    file.write("out ")

    children = [as_child(work) for _ in range(6)]

    assert [exit_code(pid) for pid in children] == [0] * 6
    assert log.read_text() == "in out " * 60


@pytest.mark.terraform
def test_terraform_goes_on_where_it_was_and_destroys_a_removed_stack_by_the_printed_command(out, monkeypatch):
    monkeypatch.chdir(out.parent)
    built = {"terraform_data": {"built": {}}}

    def terraform(stack, *arguments):
        command = ["terraform", f"-chdir=out/stacks/{stack}", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    write(Path("out"), {name: local(name, resource=built) for name in "ab"})
    for stack in "ab":
        terraform(stack, "init")
        terraform(stack, "apply", "-auto-approve")
        terraform(stack, "plan", "-destroy", "-out=of-the-old")
    told = []
    # It changes, and the other one is removed.
    write(Path("out"), {"a": local("a", resource=built, output={"added": {"value": 1}})}, told.append)

    assert told[-1] == "note: removed the plan out/stacks/a/of-the-old: its stack has changed"
    assert not (out / "removed/b/of-the-old").exists()
    assert "Changes to Outputs" in terraform("a", "plan")  # and nothing of its resource
    _, command, described, *_ = told
    assert described == "  b: 1 resource in its state"
    _, *arguments = shlex.split(command)
    ran = cli.run(*arguments, answers="y\n", terminal=True)
    assert "Destroy 1 resources of b? [y/N]" in ran.stderr
    assert ran.exit_code == 0
    assert not (out / "removed").exists()

    write(Path("out"), {"a": local("a", resource=built)})
    assert "No changes." in terraform("a", "plan")
