"""What a new output folder keeps of the old one."""

import shutil

import pytest

from privatelink.stacks.carry_over import CLI_VARIABLE, carry_over, is_up_to_date
from privatelink.stacks.manifest import read_manifest
from privatelink.stacks.removed_stacks import find_removed
from tests.support.output_folders import JSON_PLAN, SAVED_PLAN, generate, generated, local, state

# What the generator does not know.
KEPT = (
    "stacks/a/.terraform.lock.hcl",
    "stacks/a/override.tf",
    "stacks/x/y",
    "stacks/z",
    "removed/x/y",
    "hcl/a/main.tf",
    "README",
)


class Folders:
    """An old and a new output folder."""

    def __init__(self, root):
        self.old, self.new = root / "old", root / "new"

    @property
    def removed(self):
        return find_removed(self.old, read_manifest(self.new))

    def carry_over(self):
        return carry_over(self.old, self.new, self.removed)

    def is_up_to_date(self):
        return is_up_to_date(self.old, self.new, self.removed)

    def go_on(self):
        """The new folder takes the place of the old one."""
        shutil.rmtree(self.old)
        self.new.rename(self.old)


@pytest.fixture
def folders(tmp_path):
    return Folders(tmp_path)


def test_a_first_run_has_nothing_to_keep(folders):
    generate(folders.new, {"a": {}})
    before = generated(folders.new)

    assert not folders.is_up_to_date()
    assert folders.carry_over() == []
    assert generated(folders.new) == before


def test_what_terraform_and_users_put_there_is_kept(folders):
    generate(folders.old, {"a": {"v": 1}})
    generate(folders.new, {"a": {"v": 2}})
    stack = folders.old / "stacks/a"
    provider = stack / ".terraform/providers/linux_amd64/terraform-provider-aws"
    provider.parent.mkdir(parents=True)
    provider.write_bytes(b"binary")
    (stack / ".terraform/cached").symlink_to("../../elsewhere")
    for path in KEPT:
        (folders.old / path).parent.mkdir(parents=True, exist_ok=True)
        (folders.old / path).write_text(path)
    wanted = generated(folders.new)

    assert folders.carry_over() == []

    assert generated(folders.new) == wanted
    for path in KEPT:
        assert (folders.new / path).read_text() == path
    kept = folders.new / "stacks/a/.terraform"
    assert (kept / "cached").readlink() == (stack / ".terraform/cached").readlink()
    # 700 MB in each stack: a second name for the same file.
    assert (kept / provider.relative_to(stack / ".terraform")).samefile(provider)


def test_what_the_old_manifest_calls_generated_is_not_kept(folders):
    generate(folders.old, {"a": {}})
    (folders.old / "stacks/a/metadata.json").write_text("{}")
    generate(folders.new, {"a": {}})

    folders.carry_over()

    assert not (folders.new / "stacks/a/metadata.json").exists()


@pytest.mark.parametrize("is_changed", [True, False])
def test_a_saved_plan_is_kept_as_long_as_its_stack_is_the_same(folders, is_changed):
    generate(folders.old, {"a": {"v": 1}})
    generate(folders.new, {"a": {"v": 2 if is_changed else 1}})
    (folders.old / "stacks/a/today").write_bytes(SAVED_PLAN)
    (folders.old / "stacks/a/plan.json").write_bytes(JSON_PLAN)

    dropped = folders.carry_over()

    assert {str(path) for path in dropped} == (
        {"stacks/a/today", "stacks/a/plan.json"} if is_changed else set()
    )
    for name in ("today", "plan.json"):
        assert (folders.new / "stacks/a" / name).exists() is not is_changed


def test_a_removed_stack_without_state_goes(folders):
    generate(folders.old, {"a": {}, "b": local("b")})
    generate(folders.new, {"a": {}})

    assert not folders.is_up_to_date()
    folders.carry_over()

    assert {path.name for path in folders.new.iterdir()} == {"manifest.json", "stacks"}
    assert {path.name for path in (folders.new / "stacks").iterdir()} == {"a"}


def test_a_removed_stack_with_state_moves_until_its_state_is_empty(folders):
    generate(folders.old, {"a": {}, "b": local("b")}, {"b": ["a"]})
    (folders.old / "stacks/b/.terraform").mkdir()
    (folders.old / "stacks/b/before").write_bytes(SAVED_PLAN)
    state(folders.old.parent / "terraform.b.tfstate", 3)
    generate(folders.new, {"a": {}})

    folders.carry_over()

    moved = folders.new / "removed/b"
    assert (moved / "cdk.tf.json").read_text() == (folders.old / "stacks/b/cdk.tf.json").read_text()
    assert {path.name for path in moved.iterdir()} == {"cdk.tf.json", ".terraform"}
    assert read_manifest(folders.new / "removed")["b"] == {
        "name": "b",
        "workingDirectory": "removed/b",
        "synthesizedStackPath": "removed/b/cdk.tf.json",
        "stackMetadataPath": "removed/b/metadata.json",
        "dependencies": ["a"],
    }
    assert set(read_manifest(folders.new)) == {"a"}

    folders.go_on()
    (folders.old / "removed/b/destroy").write_bytes(SAVED_PLAN)
    generate(folders.new, {"a": {}})
    assert folders.is_up_to_date()
    generate(folders.new, {"a": {"v": 2}})
    folders.carry_over()
    # A plan made there is of its destruction.
    assert (folders.new / "removed/b/destroy").exists()

    folders.go_on()
    state(folders.old.parent / "terraform.b.tfstate", 0)
    (folders.old / "removed/b/destroy").unlink()
    generate(folders.new, {"a": {"v": 2}})
    assert not folders.is_up_to_date()
    folders.carry_over()
    assert not (folders.new / "removed").exists()


def test_a_stack_that_comes_back_leaves_removed(folders):
    generate(folders.old, {"a": {}})
    removed = folders.old / "removed/b"
    removed.mkdir(parents=True)
    (removed / "cdk.tf.json").write_text("{}")
    (removed / ".terraform.lock.hcl").write_text("locked")
    (removed / "destroy").write_bytes(SAVED_PLAN)
    generate(folders.new, {"a": {}, "b": {"v": 1}})
    wanted = generated(folders.new)

    assert not folders.is_up_to_date()
    folders.carry_over()

    assert generated(folders.new) == wanted
    assert {path.name for path in (folders.new / "stacks/b").iterdir()} == {
        "cdk.tf.json",
        ".terraform.lock.hcl",
    }
    assert not (folders.new / "removed").exists()


def test_the_old_file_of_versions_does_not_replace_the_new_one(folders):
    for folder, versions in ((folders.old, "old"), (folders.new, "new")):
        generate(folder, {"a": {}})
        (folder / "stacks/a/cdk.versions.tf").write_text(versions)

    assert not folders.is_up_to_date()
    folders.carry_over()

    assert (folders.new / "stacks/a/cdk.versions.tf").read_text() == "new"


def test_the_cdktf_cli_finds_the_folder_that_it_removes(folders, monkeypatch):
    monkeypatch.setenv(CLI_VARIABLE, "true")
    generate(folders.old, {"a": {}, "b": local("b")})
    generate(folders.new, {"a": {}})

    folders.carry_over()

    assert list((folders.new / "stacks/b").iterdir()) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda old: generate(old, {"a": {"v": 2}}),
        lambda old: generate(old, {"a": {"v": 1}, "b": {}}),
        lambda old: (old / "stacks/a/cdk.tf.json").unlink(),
        lambda old: (old / "manifest.json").write_text(""),
    ],
    ids=["other-terraform", "other-stacks", "missing-file", "cut-manifest"],
)
def test_what_differs_in_any_file_is_not_up_to_date(folders, change):
    for folder in (folders.old, folders.new):
        generate(folder, {"a": {"v": 1}})
    assert folders.is_up_to_date()

    change(folders.old)

    assert not folders.is_up_to_date()
