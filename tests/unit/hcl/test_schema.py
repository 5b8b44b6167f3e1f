"""Which arguments are blocks: asked for once for each set of providers, and kept."""

import os

import pytest

from privatelink.hcl import schema
from privatelink.hcl.schema import Schema

REQUIRED = {"aws": {"source": "hashicorp/aws", "version": ">= 5.100.0"}}
NESTED = {"block": {"block_types": {"timeouts": {"block": {"block_types": {"inner": {"block": {}}}}}}}}
TOLD = {
    "registry.terraform.io/hashicorp/aws": {
        "provider": {"block": {"block_types": {"assume_role": {"block": {}}}}},
        "resource_schemas": {"aws_a": NESTED},
        "data_source_schemas": {"aws_a": {"block": {}}},
    },
    "registry.terraform.io/hashicorp/random": {"provider": {"block": {}}},
}


@pytest.fixture
def asked(monkeypatch):
    """How often Terraform was asked; it tells of the types above."""
    times = []

    class Root:
        def __init__(self, directory, environment):
            self.directory = directory

        def init(self):
            times.append((self.directory / "main.tf.json").read_text())

        def provider_schemas(self):
            return TOLD

    monkeypatch.setattr(schema, "TerraformRoot", Root)
    return times


def test_blocks_are_those_of_the_schema_nested_ones_too(asked, tmp_path):
    found = schema.read(REQUIRED, os.environ, tmp_path)

    assert found == Schema(
        {"aws": {"assume_role": {}}}, {"aws_a": {"timeouts": {"inner": {}}}}, {"aws_a": {}}
    )
    assert '"hashicorp/aws"' in asked[0]


def test_terraform_is_asked_once_for_each_set_of_providers(asked, tmp_path):
    first = schema.read(REQUIRED, os.environ, tmp_path / "cache")
    assert schema.read(REQUIRED, os.environ, tmp_path / "cache") == first
    assert len(asked) == 1

    schema.read(REQUIRED | {"random": {"source": "hashicorp/random"}}, os.environ, tmp_path / "cache")
    assert len(asked) == 2
    assert len(list((tmp_path / "cache").iterdir())) == 2  # nothing half written beside them


def test_terraforms_own_types_have_no_blocks_and_unknown_ones_are_refused():
    known = Schema({}, {"aws_a": {"timeouts": {}}}, {})

    assert known.blocks_of("resource", "aws_a") == {"timeouts": {}}
    assert known.blocks_of("data", "terraform_remote_state") == {}
    with pytest.raises(ValueError, match="unknown resource: aws_b"):
        known.blocks_of("resource", "aws_b")
