"""What a topology may say of where its state is kept, and what is said of what it may not."""

import jsonschema
import pytest

from privatelink.topology.file import TopologyError, parse
from privatelink.topology.model import Topology
from privatelink.topology.schema import schema
from tests.support.topology_strategies import both_sides
from tests.support.written import written

KEY = "arn:aws:kms:ap-northeast-2:111122223333:key/0f0a1b2c-3d4e-4f50-8a6b-7c8d9e0f1a2b"
ALIAS = "arn:aws:kms:ap-northeast-2:111122223333:alias/states"
ROLE = "arn:aws:iam::111122223333:role/states"


def s3(**fields):
    return {"s3": {"bucket": "acme-states", "region": "ap-northeast-2"} | fields}


def hcp(**fields):
    return {"hcp": {"organization": "acme"} | fields}


RIGHT = {
    "S3": s3(),
    "S3, a prefix": s3(key_prefix="team-a/private.link"),
    "S3, a KMS key": s3(kms_key_id=KEY),
    "S3, a KMS key of several regions": s3(kms_key_id=KEY[: KEY.index("/") + 1] + "mrk-" + "0a" * 16),
    "S3, a role": s3(account={"role_arn": ROLE, "external_id": "states"}),
    "S3, a profile": s3(account={"profile": "states"}),
    "a bucket with dots": s3(bucket="acme.states"),
    "HCP Terraform": hcp(),
    "HCP Terraform, all fields": hcp(
        project="Private link", workspace_prefix="a-", hostname="tfe.acme.example"
    ),
    "Terraform Enterprise on a port of its own": hcp(hostname="tfe.acme.example:8443"),
    "files": {"local": {}},
    "files elsewhere": {"local": {"directory": ".state/of-all"}},
}

# What is wrong, at which field, and words of what is said.
WRONG = {
    "nothing": ({}, "", "backend has none of s3, hcp and local"),
    "two": (s3() | {"local": {}}, "", "backend has s3 and local"),
    "bucket as a URL": (s3(bucket="s3://acme"), "s3.bucket", "give the name alone, without s3://"),
    "bucket like an address": (s3(bucket="10.1.2.3"), "s3.bucket", "malformed bucket name"),
    "bucket with two dots": (s3(bucket="acme..states"), "s3.bucket", "malformed bucket name"),
    "bucket, capital": (s3(bucket="Acme"), "s3.bucket", "malformed bucket name"),
    "bucket of an alias": (s3(bucket="acme-s3alias"), "s3.bucket", "malformed bucket name"),
    "bucket missing": ({"s3": {"region": "ap-northeast-2"}}, "s3.bucket", "field is missing"),
    "region missing": ({"s3": {"bucket": "acme"}}, "s3.region", "field is missing"),
    "a zone as region": (s3(region="ap-northeast-2a"), "s3.region", "malformed region"),
    "prefix with a slash": (s3(key_prefix="/team"), "s3.key_prefix", "no slash at either end"),
    "prefix that goes up": (s3(key_prefix="team/../other"), "s3.key_prefix", "malformed key prefix"),
    "prefix of 513": (s3(key_prefix="a" * 513), "s3.key_prefix", "key prefix of 513 characters"),
    "KMS alias": (s3(kms_key_id=ALIAS), "s3.kms_key_id", "not an alias"),
    "KMS key of another region": (
        s3(kms_key_id=KEY.replace("northeast-2", "northeast-1")),
        "s3.kms_key_id",
        "KMS key of another region than the bucket's",
    ),
    "KMS key, not encrypted": (
        s3(kms_key_id=KEY, encrypt=False),
        "s3.kms_key_id",
        "KMS key without encryption",
    ),
    "no lock": (s3(use_lockfile=False), "s3.use_lockfile", "unknown field"),
    "an access key": (s3(access_key="x"), "s3.access_key", "unknown field"),
    "role and profile": (
        s3(account={"role_arn": ROLE, "profile": "states"}),
        "s3.account",
        "account has both a profile and a role",
    ),
    "organization missing": ({"hcp": {}}, "hcp.organization", "field is missing"),
    "organization, spaces": (hcp(organization="my org"), "hcp.organization", "malformed organization"),
    "project of 2": (hcp(project="ab"), "hcp.project", "3 to 40"),
    "prefix of 26": (hcp(workspace_prefix="a" * 26), "hcp.workspace_prefix", "of 26 characters"),
    "prefix with a slash, HCP": (hcp(workspace_prefix="a/"), "hcp.workspace_prefix", "write it like `team-`"),
    "host name as a URL": (hcp(hostname="https://tfe.acme.example"), "hcp.hostname", "without https://"),
    "a token": (hcp(token="x"), "hcp.token", "unknown field"),
    "absolute directory": ({"local": {"directory": "/state"}}, "local.directory", "a relative path"),
    "directory above": ({"local": {"directory": "state/../.."}}, "local.directory", "without .."),
    "home directory": ({"local": {"directory": "~/state"}}, "local.directory", "a relative path"),
}
# Rules between fields, which the schema cannot have.
BETWEEN_FIELDS = {"KMS key of another region", "KMS key, not encrypted"}


def with_backend(backend):
    return both_sides() | {"backend": backend}


@pytest.fixture(scope="module")
def validator():
    return jsonschema.Draft202012Validator(schema())


@pytest.mark.parametrize("name", RIGHT)
def test_right(name, validator):
    topology = with_backend(RIGHT[name])

    assert parse(written(topology)) == Topology.model_validate(topology)
    assert validator.is_valid(topology)
    assert Topology.model_validate(topology).warnings == ()


@pytest.mark.parametrize("name", WRONG)
def test_wrong(name, validator):
    backend, field, words = WRONG[name]

    with pytest.raises(TopologyError) as refused:
        parse(written(with_backend(backend)))

    found = {problem.field: str(problem) for problem in refused.value.problems}
    assert words in found[f"backend.{field}".rstrip(".")]
    assert validator.is_valid(with_backend(backend)) == (name in BETWEEN_FIELDS)


def test_state_that_terraform_does_not_ask_to_encrypt_is_warned_of_until_it_is_silenced():
    topology = with_backend(s3(encrypt=False))

    (warning,) = Topology.model_validate(topology).warnings

    assert (warning.id, warning.field) == ("state-not-encrypted", "backend.s3.encrypt")
    topology["silenced"] = {"state-not-encrypted": "the bucket's default is a KMS key"}
    assert Topology.model_validate(topology).warnings == ()
