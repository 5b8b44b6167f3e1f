"""PrivateLinkStack: versions, credentials, tags, outputs."""

import json
import tempfile
from pathlib import Path

import pytest

from privatelink.framework import aws
from privatelink.stacks.stack import AWS_PROVIDER_VERSIONS, PrivateLinkStack
from privatelink.stacks.state import HcpWorkspace, S3Object
from privatelink.topology.part import Account
from privatelink.topology.rules.backend import HcpState, S3State

ROLE = "arn:aws:iam::111122223333:role/deploy"


def made(name="shop-client", build=lambda stack: None, **arguments):
    with tempfile.TemporaryDirectory() as folder:
        written = synth_stack(folder, name, build, **arguments)
        return json.loads((written / "cdk.tf.json").read_text())


def synth_stack(folder, name="shop-client", build=lambda stack: None, **arguments):
    app = aws.App(outdir=str(folder))
    build(PrivateLinkStack(app, name, region="ap-northeast-2", **arguments))
    app.synth()
    return Path(folder, "stacks", name)


def test_versions_are_ranges_not_the_bindings_own():
    terraform = made()["terraform"]

    assert terraform["required_providers"]["aws"] == {
        "source": "hashicorp/aws",
        "version": AWS_PROVIDER_VERSIONS,
    }


def test_the_version_of_terraform_is_in_a_file_that_scanners_of_json_do_not_read(tmp_path):
    folder = synth_stack(tmp_path)

    assert "required_version" not in (folder / "cdk.tf.json").read_text()
    assert (folder / "cdk.versions.tf").read_text() == 'terraform {\n  required_version = ">= 1.5.0"\n}\n'


@pytest.mark.parametrize(
    ("state", "versions"),
    [
        (S3Object(S3State(bucket="acme-states", region="eu-west-1"), "shop.tfstate"), ">= 1.10.0"),
        (HcpWorkspace(HcpState(organization="acme"), "shop"), ">= 1.6.0"),
    ],
)
def test_a_backend_needs_a_terraform_that_has_it(tmp_path, state, versions):
    folder = synth_stack(tmp_path, state=state)

    assert f'required_version = "{versions}"' in (folder / "cdk.versions.tf").read_text()


def test_credentials_are_terraforms_own_unless_an_account_is_named():
    assert made()["provider"]["aws"] == [{"region": "ap-northeast-2"}]


def test_a_profile_is_named():
    (provider,) = made(account=Account(profile="network"))["provider"]["aws"]

    assert provider == {"region": "ap-northeast-2", "profile": "network"}


def test_a_role_is_assumed_in_its_own_account_alone():
    account = Account(role_arn=ROLE, external_id="x-1")
    (provider,) = made(name="s" * 70, account=account)["provider"]["aws"]

    assert provider["assume_role"] == [
        {"role_arn": ROLE, "external_id": "x-1", "session_name": "s" * 64}  # AWS's limit
    ]
    assert provider["allowed_account_ids"] == ["111122223333"]


def test_tags_are_those_of_everything_in_it():
    (provider,) = made(tags={"Team": "network"})["provider"]["aws"]

    assert provider["default_tags"] == [{"tags": {"Team": "network"}}]


def test_another_account_has_a_provider_of_its_own():
    def build(stack):
        stack.another_provider("dns", Account(profile="dns"))

    first, second = made(build=build)["provider"]["aws"]
    assert "alias" not in first
    assert second == {"alias": "dns", "profile": "dns", "region": "ap-northeast-2"}


@pytest.mark.parametrize("value", ["text", ["a", "list"], {"a": "mapping"}])
def test_an_output_has_its_description(value):
    stack = made(build=lambda stack: stack.output("found", value, "What was found"))

    assert stack["output"]["found"] == {"value": value, "description": "What was found"}
