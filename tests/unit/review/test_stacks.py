"""Plans by their files, and by the stacks of a CDKTF output folder."""

import gzip
import json
import re

import pytest

from privatelink.errors import UserError
from privatelink.review.document import PlanError
from privatelink.review.stacks import JSON_NAMES, plans_of, read_plans
from privatelink.terraform.root import TerraformRoot
from tests.support.plan_facts import as_document, change


def output(tmp_path, *stacks):
    manifest = {"stacks": {name: {"workingDirectory": f"stacks/{name}"} for name in stacks}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    for name in stacks:
        (tmp_path / "stacks" / name).mkdir(parents=True)
    return [tmp_path / "stacks" / name for name in stacks]


def document(address):
    return json.dumps(as_document(change(address, None, {})))


def test_files_and_folders_are_read_together_in_order(tmp_path):
    one, two = output(tmp_path, "one", "two")
    (one / "plan.json").write_text(document("a.one"))
    (two / "plan.json").write_text(document("a.two"))
    (tmp_path / "three.json").write_text(document("a.three"))

    read = read_plans([tmp_path / "three.json", tmp_path])

    assert [(plan.stack, plan.changes[0].address) for plan in read] == [
        ("three", "a.three"), ("one", "a.one"), ("two", "a.two"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", JSON_NAMES)
def test_json_of_each_usual_name_is_taken_before_a_saved_plan(name, tmp_path, monkeypatch):
    (stack,) = output(tmp_path, "shop")
    (stack / name).write_text(document("a.b"))
    (stack / "terraform.tfplan").write_bytes(b"PK")

    (read,) = plans_of(tmp_path)
    assert (read.stack, read.path) == ("shop", str(stack / name))


def test_a_saved_plan_is_shown_by_terraform(tmp_path, monkeypatch):
    (stack,) = output(tmp_path, "shop")
    (stack / "plan.tfplan").write_bytes(b"PK")
    shown = []

    def show(root, path):
        shown.append(path)
        return json.loads(document("a.b"))

    monkeypatch.setattr(TerraformRoot, "show_plan", show)

    (read,) = plans_of(tmp_path)
    assert (read.stack, [each.address for each in read.changes]) == ("shop", ["a.b"])
    assert shown == [stack / "plan.tfplan"]


def test_what_terraform_says_of_a_saved_plan_is_told_with_its_file(tmp_path, monkeypatch):
    (stack,) = output(tmp_path, "shop")
    (stack / "tfplan").write_bytes(b"PK")

    def fail(root, path):
        raise UserError("the plan is of another version")

    monkeypatch.setattr(TerraformRoot, "show_plan", fail)

    with pytest.raises(PlanError, match=re.escape(f"{stack / 'tfplan'}: the plan is of another version")):
        plans_of(tmp_path)


def test_a_stack_without_a_plan_is_told_with_what_to_do(tmp_path):
    (stack,) = output(tmp_path, "shop")

    with pytest.raises(PlanError, match=re.escape(f"`terraform -chdir={stack} plan -out=terraform.tfplan`")):
        plans_of(tmp_path)


WITHOUT = '{"stacks": {"a": {}}}'
NUMBER = '{"stacks": {"a": {"workingDirectory": 1}}}'


DEEP = '{"stacks": ' + "[" * 100_000


@pytest.mark.parametrize("manifest", ["{", "[]", '{"stacks": []}', WITHOUT, NUMBER, DEEP], ids=range(6))
def test_a_folder_whose_manifest_is_damaged_is_refused(manifest, tmp_path):
    (tmp_path / "manifest.json").write_text(manifest)

    with pytest.raises(PlanError, match="is not a CDKTF output directory"):
        read_plans([tmp_path])


def test_every_plan_of_a_folder_is_read_packed_ones_and_those_of_artifacts_too(tmp_path):
    (tmp_path / "a.json").write_text(document("a.a"))
    (tmp_path / "b.json.gz").write_bytes(gzip.compress(document("a.b").encode()))
    (tmp_path / "notes.txt").write_text("no plan")
    for name, file in (("c", "plan.json"), ("d", "tfplan.json.gz"), ("e", "other.json")):
        (tmp_path / name).mkdir()
        content = document(f"a.{name}").encode()
        (tmp_path / name / file).write_bytes(gzip.compress(content) if file.endswith("gz") else content)

    assert [(plan.stack, plan.changes[0].address) for plan in read_plans([tmp_path])] == [
        ("a", "a.a"), ("b", "a.b"), ("c", "a.c"), ("d", "a.d"),
    ]  # fmt: skip


def test_a_folder_without_a_plan_is_refused(tmp_path):
    with pytest.raises(PlanError, match=r"has no plan: neither manifest\.json, nor a file that ends with"):
        read_plans([tmp_path])


def test_json_in_a_folder_of_plans_that_is_no_plan_is_refused(tmp_path):
    (tmp_path / "a.json").write_text(document("a.a"))
    (tmp_path / "b.json").write_text("{}")

    with pytest.raises(PlanError, match=r"b\.json: is JSON but not a plan"):
        read_plans([tmp_path])


def test_a_stacks_name_that_is_no_text_can_be_written(tmp_path):
    (stack,) = output(tmp_path, "shop")
    (tmp_path / "manifest.json").write_text('{"stacks": {"a\\ud800": {"workingDirectory": "stacks/shop"}}}')
    (stack / "plan.json").write_text(document("a.b"))

    (read,) = plans_of(tmp_path)
    assert read.stack == "a?"
