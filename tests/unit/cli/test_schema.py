"""`privatelink schema`: printed, written, compared."""

import json

import pytest

from tests.support.cli import run
from tests.support.project import PROJECT


def test_it_prints_the_schema():
    ran = run("schema")

    assert (ran.exit_code, ran.stderr) == (0, "")
    assert json.loads(ran.stdout)["title"] == "PrivateLink topology"


def test_a_folder_that_does_not_exist_is_bad_input(tmp_path):
    ran = run("schema", "--docs", tmp_path / "none")

    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "none/topology.schema.json: No such file or directory" in ran.stderr


@pytest.mark.parametrize("name", ["topology.schema.json", "topology.md"])
def test_check_fails_when_a_file_is_out_of_date_and_writing_mends_it(name, tmp_path):
    docs = ["schema", "--docs", tmp_path]
    ran = run(*docs, "--check")
    assert (ran.exit_code, "outdated" in ran.stderr) == (1, True)
    assert run(*docs).exit_code == 0
    assert run(*docs, "--check").exit_code == 0
    (tmp_path / name).write_text("{}", encoding="utf-8")
    ran = run(*docs, "--check")
    assert (ran.exit_code, f"{name} is outdated" in ran.stderr) == (1, True)


def test_the_committed_files_are_up_to_date():
    ran = run("schema", "--docs", PROJECT / "docs", "--check")
    assert (ran.exit_code, ran.stderr) == (0, "")
