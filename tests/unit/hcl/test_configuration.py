"""A whole configuration as files, and the command that writes them."""

import json
import os
import re
import subprocess
import sys

import pytest

from privatelink.hcl import schema
from privatelink.hcl.configuration import files
from privatelink.hcl.schema import Schema
from privatelink.hcl.write import HclError, write
from tests.support.project import PROJECT

SCHEMA = Schema({"aws": {"default_tags": {}}}, {"aws_a": {}, "aws_b": {}}, {"aws_a": {}})


def within(construct, **body):
    return {"//": {"metadata": {"path": f"stack/{construct}/Kind-id"}}, **body}


def test_each_construct_has_a_file_and_what_is_referred_to_comes_first():
    written = files(
        {
            "resource": {
                "aws_a": {
                    "network_x": within("network", b="${aws_b.network.id}"),
                    "network_y": within("network"),
                    "lonely": {"//": {"metadata": {"path": "stack/lonely"}}},
                },
                "aws_b": {"network": within("network"), "probe": within("probe")},
            },
            "data": {"aws_a": {"network_z": within("network", b="${aws_b.network.id}")}},
            "check": {"network_up": {"assert": {"condition": "${aws_a.network_x.up}"}}, "other": {}},
            "output": {"id": {"value": "${aws_b.probe.id}"}},
            "provider": {"aws": [{"region": "a"}, {"alias": "b", "default_tags": [{"tags": {}}]}]},
            "terraform": {"required_version": ">= 1.5"},
        },
        SCHEMA,
    )

    heads = {
        name: re.findall('^(?:resource|data|check|provider|output) ("[^{]*") {', text, re.MULTILINE)
        for name, text in written.items()
    }
    assert heads == {
        "main.tf": ['"aws_a" "lonely"', '"other"'],
        "network.tf": [
            '"aws_a" "network_y"',
            '"aws_b" "network"',
            '"aws_a" "network_x"',
            '"network_up"',
            '"aws_a" "network_z"',
        ],
        "outputs.tf": ['"id"'],
        "probe.tf": ['"aws_b" "probe"'],
        "providers.tf": ['"aws"', '"aws"'],
        "terraform.tf": [],
    }
    assert "default_tags {" in written["providers.tf"]


def test_names_in_a_circle_are_all_written():
    texts = {"x": {"text": "see aws_a.y"}, "y": {"text": "see aws_a.x"}}

    assert files({"resource": {"aws_a": texts}}, SCHEMA)["main.tf"].count("resource") == 2


@pytest.mark.parametrize(
    ("configuration", "words"),
    [
        ({"resource": {"aws_c": {"x": {}}}}, "unknown resource: aws_c; no provider in required_providers"),
        ({"ephemeral": {}}, "unknown block: ephemeral; allowed: check, data, "),
        ({"resource": {"aws_a": {"x": "y"}}}, "malformed block resource: 'y'"),
    ],
)
def test_what_cannot_be_told_is_refused(configuration, words):
    with pytest.raises(ValueError, match=words):
        files(configuration, SCHEMA)


def test_nothing_generated_exits_2_and_says_what_to_do(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-m", "privatelink", "hcl", "--out", str(tmp_path)],
        cwd=PROJECT,
        env=os.environ | {"COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 2
    assert ran.stderr == (
        f"error: no generated Terraform in {tmp_path}: run `privatelink synth`, or name it with --out\n"
    )


def test_what_is_refused_leaves_what_was_written_before(tmp_path, monkeypatch):
    monkeypatch.setattr(schema, "read", lambda *_: SCHEMA)
    stacks = {name: {"dependencies": [], "workingDirectory": name} for name in ("good", "wrong")}
    (tmp_path / "manifest.json").write_text(json.dumps({"stacks": stacks}))
    for name, configuration in {"good": {}, "wrong": {"nonsense": {}}}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "cdk.tf.json").write_text(json.dumps(configuration))
    before = tmp_path / "hcl/good/main.tf"
    before.parent.mkdir(parents=True)
    before.write_text("before")

    with pytest.raises(HclError, match="wrong: unknown block: nonsense"):
        write(tmp_path, os.environ)

    assert before.read_text() == "before"
