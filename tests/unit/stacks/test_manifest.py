"""CDKTF's manifest, whole or not."""

import pytest

from privatelink.stacks.manifest import generated_files, read_manifest, stack_folders, write_manifest
from tests.support.output_folders import generate


def test_names_the_stacks_and_their_generated_files(tmp_path):
    generate(tmp_path, {"a": {}, "b": {}})

    stacks = read_manifest(tmp_path)

    assert set(stacks) == {"a", "b"}
    assert generated_files(stacks) == {
        f"stacks/{stack}/{file}"
        for stack in ("a", "b")
        for file in ("cdk.tf.json", "cdk.versions.tf", "metadata.json")
    }


@pytest.mark.parametrize("text", [None, "", "{", "[]", "{}", '{"stacks": 1', '{"stacks": []}'])
def test_a_manifest_that_is_missing_or_cut_names_no_stack(tmp_path, text):
    if text is not None:
        (tmp_path / "manifest.json").write_text(text)

    assert read_manifest(tmp_path) == {}


def test_what_is_written_is_read(tmp_path):
    stacks = {"a": {"name": "a", "dependencies": ["b"]}}

    write_manifest(tmp_path, stacks)

    assert read_manifest(tmp_path) == stacks


def test_folders_of_stacks_are_folders_alone(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "a").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("a")

    assert [folder.name for folder in stack_folders(tmp_path)] == ["a", "b"]
    assert stack_folders(tmp_path / "missing") == []
