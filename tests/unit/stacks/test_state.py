"""Where the state of each stack is kept, and where the others read it."""

import pytest
import yaml

from tests.support.project import PROJECT
from tests.support.synth import synth

MANAGED = yaml.safe_load((PROJECT / "examples/managed.yaml").read_text(encoding="utf-8"))
KEY = "arn:aws:kms:ap-northeast-2:111122223333:key/0f0a1b2c-3d4e-4f50-8a6b-7c8d9e0f1a2b"
S3 = {"bucket": "acme-states", "region": "eu-west-1"}


def made(backend):
    """The stacks of two accounts and their acceptance, their state in a backend."""
    return synth(yaml.safe_dump(MANAGED | {"backend": backend}))


def reads(stack):
    return stack.get("data", {}).get("terraform_remote_state", {}).values()


@pytest.mark.parametrize(
    "backend",
    [
        {"s3": S3},
        {"s3": S3 | {"key_prefix": "team/a", "account": {"profile": "states"}}},
        {"hcp": {"organization": "acme", "project": "Network", "workspace_prefix": "a-"}},
        {"local": {}},
        {"local": {"directory": "state"}},
    ],
    ids=str,
)
def test_each_stack_has_a_state_of_its_own_and_is_read_where_it_is(backend):
    stacks = made(backend)

    def place(kept):
        """What tells one state from all others."""
        name = kept.get("workspaces", {}).get("name")
        return kept.get("key") or kept.get("path") or name

    places = {}
    for name, stack in stacks.items():
        (kept,) = stack["terraform"].get("backend", {"cloud": stack["terraform"].get("cloud")}).values()
        places[place(kept)] = name
    assert set(places.values()) == set(stacks)
    read = {name: {places[place(one["config"])] for one in reads(stack)} for name, stack in stacks.items()}
    assert read == {
        "two-accounts-provider": set(),
        "two-accounts-consumer-client": {"two-accounts-provider"},
        "two-accounts-acceptance": {"two-accounts-provider", "two-accounts-consumer-client"},
    }


def test_state_in_s3_is_locked_and_encrypted():
    for name, stack in made({"s3": S3}).items():
        assert stack["terraform"]["backend"] == {
            "s3": {
                "bucket": "acme-states",
                "key": f"two-accounts/{name}.tfstate",
                "region": "eu-west-1",
                "encrypt": True,
                "use_lockfile": True,
            }
        }
        for read in reads(stack):
            assert read["backend"] == "s3"
            assert set(read["config"]) == {"bucket", "key", "region"}


def test_the_bucket_of_another_account_is_written_and_read_by_its_role():
    role = {"role_arn": "arn:aws:iam::444444444444:role/states", "external_id": "abc"}
    stacks = made(
        {
            "s3": S3
            | {
                "key_prefix": "team",
                "kms_key_id": KEY.replace("ap-northeast-2", "eu-west-1"),
                "account": role,
            }
        }
    )

    for name, stack in stacks.items():
        kept = stack["terraform"]["backend"]["s3"]
        assert kept["key"] == f"team/two-accounts/{name}.tfstate"
        assert kept["assume_role"] == role | {"session_name": "terraform-state"}
        assert kept["kms_key_id"].startswith("arn:aws:kms:eu-west-1:")
        for read in reads(stack):
            assert read["config"]["assume_role"] == kept["assume_role"]


def test_a_role_without_external_id_has_none():
    role = {"role_arn": "arn:aws:iam::444444444444:role/states"}

    kept = made({"s3": S3 | {"account": role}})["two-accounts-provider"]["terraform"]["backend"]["s3"]

    assert set(kept["assume_role"]) == {"role_arn", "session_name"}


def test_what_is_left_to_the_bucket_is_written_all_the_same():
    kept = made({"s3": S3 | {"encrypt": False}})["two-accounts-provider"]["terraform"]["backend"]["s3"]

    assert kept["encrypt"] is False


def test_two_topologies_in_one_bucket_share_no_key():
    def keys(name, consumer):
        topology = yaml.safe_load((PROJECT / "examples/s3-state.yaml").read_text(encoding="utf-8"))
        topology |= {"name": name, "consumers": {consumer: topology["consumers"]["client"]}}
        return {
            stack["terraform"]["backend"]["s3"]["key"] for stack in synth(yaml.safe_dump(topology)).values()
        }

    # Both have a stack `a-consumer-provider`.
    assert not keys("a", "provider") & keys("a-consumer", "client")


def test_state_in_hcp_terraform_is_kept_by_a_cloud_block_and_read_as_remote():
    fields = {
        "organization": "acme",
        "project": "Network",
        "workspace_prefix": "a-",
        "hostname": "tfe.acme.example",
    }
    stacks = made({"hcp": fields})

    there = {"organization": "acme", "hostname": "tfe.acme.example"}
    for name, stack in stacks.items():
        assert stack["terraform"]["cloud"] == there | {
            "workspaces": {"name": f"a-{name}", "project": "Network"}
        }
        assert "backend" not in stack["terraform"]
        for read in reads(stack):
            assert read["backend"] == "remote"
            assert {key: read["config"][key] for key in there} == there


def test_files_are_beside_the_output_folder_or_in_another():
    (beside,) = made({"local": {}})["two-accounts-provider"]["terraform"]["backend"].values()
    (other,) = made({"local": {"directory": "state"}})["two-accounts-provider"]["terraform"][
        "backend"
    ].values()

    assert beside == {"path": "../../../terraform.two-accounts-provider.tfstate"}
    assert other == {"path": "../../../state/terraform.two-accounts-provider.tfstate"}
    assert made({"local": {}}) == synth(yaml.safe_dump(MANAGED))
