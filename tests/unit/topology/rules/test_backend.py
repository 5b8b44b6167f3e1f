"""Backend: where Terraform stores the state, S3, HCP Terraform or local files."""

import jsonschema
import pytest

from privatelink.topology.file import parse
from privatelink.topology.model import Topology
from privatelink.topology.schema import schema
from tests.support.rules import breaks, right, wrong
from tests.support.topology_cases import check_broken
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
    "S3": (s3(), "backend-kind", "s3-bucket-name"),
    "S3, a prefix": (s3(key_prefix="team-a/private.link"), "s3-key-prefix"),
    "S3, a KMS key": (s3(kms_key_id=KEY), "state-kms-key-unused", "state-kms-key-region", "kms-key-arn"),
    "S3, a KMS key of several Regions": (
        s3(kms_key_id=KEY[: KEY.index("/") + 1] + "mrk-" + "0a" * 16),
        "state-kms-key-region",
    ),
    "S3, a role": (s3(account={"role_arn": ROLE, "external_id": "states"}),),
    "S3, a profile": (s3(account={"profile": "states"}),),
    "a bucket with dots": (s3(bucket="acme.states"), "s3-bucket-name"),
    "HCP Terraform": (hcp(), "backend-kind", "hcp-organization"),
    "HCP Terraform, all fields": (
        hcp(project="Private link", workspace_prefix="a-", hostname="tfe.acme.example"),
        "hcp-project",
        "hcp-workspace-prefix",
        "hcp-hostname",
    ),
    "Terraform Enterprise on another port": (hcp(hostname="tfe.acme.example:8443"), "hcp-hostname"),
    "files": ({"local": {}}, "backend-kind"),
    "files elsewhere": ({"local": {"directory": ".state/of-all"}}, "state-directory"),
}

# The backend, the field at fault, the rule, what the message has to name.
WRONG = {
    "nothing": ({}, "", "backend-kind", "0 places", "`s3`, `hcp` and `local`"),
    "two": (s3() | {"local": {}}, "", "backend-kind", "2 places", ": s3, local"),
    "bucket as a URL": (s3(bucket="s3://acme"), "s3.bucket", "s3-bucket-name", "without s3://"),
    "bucket like an address": (s3(bucket="10.1.2.3"), "s3.bucket", "s3-bucket-name"),
    "bucket with two dots": (s3(bucket="acme..states"), "s3.bucket", "s3-bucket-name"),
    "bucket, capital": (s3(bucket="Acme"), "s3.bucket", "s3-bucket-name"),
    "bucket of an alias": (s3(bucket="acme-s3alias"), "s3.bucket", "s3-bucket-name"),
    "bucket missing": ({"s3": {"region": "ap-northeast-2"}}, "s3.bucket", "field-missing"),
    "Region missing": ({"s3": {"bucket": "acme"}}, "s3.region", "field-missing"),
    "a zone as Region": (s3(region="ap-northeast-2a"), "s3.region", "region-name"),
    "prefix with a slash": (
        s3(key_prefix="/team"),
        "s3.key_prefix",
        "s3-key-prefix",
        "no slash at either end",
    ),
    "prefix that goes up": (s3(key_prefix="team/../other"), "s3.key_prefix", "s3-key-prefix"),
    "prefix of 513": (
        s3(key_prefix="a" * 513),
        "s3.key_prefix",
        "text-length",
        "513 characters",
        "at most 512",
    ),
    "KMS alias": (s3(kms_key_id=ALIAS), "s3.kms_key_id", "kms-key-arn", "not an alias"),
    "KMS key of another Region": (
        s3(kms_key_id=KEY.replace("northeast-2", "northeast-1")),
        "s3.kms_key_id",
        "state-kms-key-region",
        "a key in ap-northeast-2",
    ),
    "KMS key, not encrypted": (
        s3(kms_key_id=KEY, encrypt=False),
        "s3.kms_key_id",
        "state-kms-key-unused",
        "`encrypt: true`",
    ),
    "no lock": (s3(use_lockfile=False), "s3.use_lockfile", "field-unknown"),
    "an access key": (s3(access_key="x"), "s3.access_key", "field-unknown"),
    "role and profile": (
        s3(account={"role_arn": ROLE, "profile": "states"}),
        "s3.account",
        "account-profile-or-role",
    ),
    "organization missing": ({"hcp": {}}, "hcp.organization", "field-missing"),
    "organization, spaces": (hcp(organization="my org"), "hcp.organization", "hcp-organization"),
    "project of 2": (hcp(project="ab"), "hcp.project", "hcp-project", "3 to 40"),
    "prefix of 26": (
        hcp(workspace_prefix="a" * 26),
        "hcp.workspace_prefix",
        "text-length",
        "26 characters",
        "at most 25",
    ),
    "prefix with a slash, HCP": (
        hcp(workspace_prefix="a/"),
        "hcp.workspace_prefix",
        "hcp-workspace-prefix",
        "write it like team-",
    ),
    "host name as a URL": (
        hcp(hostname="https://tfe.acme.example"),
        "hcp.hostname",
        "hcp-hostname",
        "without https://",
    ),
    "a token": (hcp(token="x"), "hcp.token", "field-unknown"),
    "absolute directory": (
        {"local": {"directory": "/state"}},
        "local.directory",
        "state-directory",
        "a relative path",
    ),
    "directory above": (
        {"local": {"directory": "state/../.."}},
        "local.directory",
        "state-directory",
        "without ..",
    ),
    "home directory": (
        {"local": {"directory": "~/state"}},
        "local.directory",
        "state-directory",
        "a relative path",
    ),
}
# Rules between fields, which the schema cannot have.
BETWEEN_FIELDS = {"state-kms-key-unused", "state-kms-key-region"}


def with_backend(backend):
    return both_sides() | {"backend": backend}


@pytest.fixture(scope="module")
def validator():
    return jsonschema.Draft202012Validator(schema())


@pytest.mark.parametrize("backend", right(RIGHT))
def test_right(backend, validator):
    topology = with_backend(backend)

    assert parse(written(topology)) == Topology.model_validate(topology)
    assert validator.is_valid(topology)
    assert Topology.model_validate(topology).warnings == ()


@pytest.mark.parametrize(("backend", "field", "rule", "words"), wrong(WRONG))
def test_wrong(backend, field, rule, words, validator):
    topology = with_backend(backend)

    check_broken(topology, f"backend.{field}".rstrip("."), rule, words)
    assert validator.is_valid(topology) == (rule in BETWEEN_FIELDS)


@breaks("state-not-encrypted")
def test_unencrypted_state_is_warned_of_until_it_is_silenced():
    topology = with_backend(s3(encrypt=False))

    (warning,) = Topology.model_validate(topology).warnings

    assert (warning.rule.id, warning.at) == ("state-not-encrypted", ("backend", "s3", "encrypt"))
    topology["silenced"] = {"state-not-encrypted": "the bucket's default is a KMS key"}
    assert Topology.model_validate(topology).warnings == ()
