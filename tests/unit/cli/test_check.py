"""`privatelink check`: several files, exit codes, JSON."""

import json
import re

import pytest

from tests.support import cli
from tests.support.project import PROJECT

RIGHT = PROJECT / "topology.yaml"


@pytest.fixture
def wrong(tmp_path):
    path = tmp_path / "topology-wrong.yaml"
    path.write_text(RIGHT.read_text().replace("cidr: 10.10.0.0/16", "cidr: 10.10.0.0/8"))
    return path


def test_a_right_file_is_counted_and_exits_with_0():
    ran = cli.run("check", RIGHT)

    assert (ran.exit_code, ran.stderr) == (0, "")
    assert ran.stdout == f"{RIGHT}: valid: 1 service, 1 consumer\n"


def test_every_file_is_checked_and_one_wrong_file_exits_with_2(wrong):
    ran = cli.run("check", wrong, RIGHT, wrong.with_name("missing.yaml"))

    assert ran.exit_code == 2
    assert ran.stdout == f"{RIGHT}: valid: 1 service, 1 consumer\n"
    assert f"{wrong}:7:11: service.network.cidr" in ran.stderr
    assert "missing.yaml" in ran.stderr


def test_json_has_one_entry_for_each_file(wrong):
    ran = cli.run("check", "--json", RIGHT, wrong)

    right, bad = json.loads(ran.stdout)
    assert (ran.exit_code, ran.stderr) == (2, "")
    assert right == {"file": str(RIGHT), "errors": [], "warnings": []}
    assert [(error["line"], error["field"]) for error in bad["errors"]] == [(7, "service.network.cidr")]


def test_a_warning_names_its_file_and_is_no_error(tmp_path):
    path = tmp_path / "topology.yaml"
    text = (PROJECT / "examples/listeners.yaml").read_text()
    path.write_text(re.sub(r"silenced:\n .*\n", "", text))

    ran, as_json = cli.run("check", path), cli.run("check", path, "--json")

    assert ran.exit_code == as_json.exit_code == 0
    (warning,) = json.loads(as_json.stdout)[0]["warnings"]
    assert warning["id"] == warning["rule"] == "idle-timeout"
    assert warning["field"] == "service.listeners"
    assert ran.stderr == (
        f"{path}: warning: service.listeners: {warning['what']}; {warning['fix']} [idle-timeout]\n"
    )


def test_without_a_file_the_variable_names_it_then_topology_yaml(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PRIVATELINK_TOPOLOGY", raising=False)
    (tmp_path / "topology.yaml").write_text(RIGHT.read_text())
    (tmp_path / "other.yaml").write_text(RIGHT.read_text())

    assert cli.run("check").stdout.startswith("topology.yaml: valid")
    monkeypatch.setenv("PRIVATELINK_TOPOLOGY", "other.yaml")
    assert cli.run("check").stdout.startswith("other.yaml: valid")
