"""A whole configuration as files."""

import re

import pytest

from privatelink.hcl.configuration import files
from privatelink.hcl.schema import Schema

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
