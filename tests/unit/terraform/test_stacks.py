"""Clients of a stack: whose credentials, which Region, which endpoint, which proxy."""

import json

import pytest

from privatelink.api import clients
from privatelink.errors import UserError
from privatelink.terraform.root import TerraformRoot
from privatelink.terraform.stacks import Stack, read_stacks, select
from tests.support.fake_stacks import FakeStacks


@pytest.fixture
def stack(tmp_path, monkeypatch):
    for name in (
        "AWS_PROFILE",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_ENDPOINT_URL",
    ):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "credentials").write_text(
        "[default]\naws_access_key_id=of-default\naws_secret_access_key=x\n"
        "[team]\naws_access_key_id=of-team\naws_secret_access_key=x\n"
    )
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))

    def make(environment=(), **provider):
        block = {"region": "eu-west-1", **provider}
        (tmp_path / "cdk.tf.json").write_text(json.dumps({"provider": {"aws": [block]}}))
        return Stack("shop-provider", TerraformRoot(tmp_path, dict(environment)))

    return make


@pytest.fixture
def stack_in_bucket(stack, tmp_path):
    made = stack(region="eu-west-1", profile="team")
    path = tmp_path / "cdk.tf.json"
    s3 = {"bucket": "states", "region": "us-east-1"}
    path.write_text(json.dumps(json.loads(path.read_text()) | {"terraform": {"backend": {"s3": s3}}}))
    return made


def key(client):
    return client._request_signer._credentials.access_key


def test_without_a_word_the_default_chain_decides(stack):
    ec2 = stack().ec2
    assert key(ec2) == "of-default"
    assert ec2.meta.region_name == "eu-west-1"
    assert ec2.meta.endpoint_url == "https://ec2.eu-west-1.amazonaws.com"


def test_throttled_requests_are_repeated_for_minutes(stack, monkeypatch):
    patient = []
    monkeypatch.setattr(clients, "wait_if_throttled", patient.append)
    made = stack()

    assert patient == [made.ec2, made.elbv2] != []


def test_the_bucket_of_the_state_has_credentials_and_a_region_of_its_own(stack_in_bucket):
    client = stack_in_bucket.state_client()
    assert key(client) == "of-default"
    assert client.meta.region_name == "us-east-1"


def test_the_users_profile(stack, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "team")
    assert key(stack().ec2) == "of-team"


def test_the_profile_of_the_providers_block(stack):
    assert key(stack({"AWS_ACCESS_KEY_ID": "of-environment"}, profile="team").ec2) == "of-team"


def test_keys_of_the_environment_with_their_token(stack):
    ec2 = stack({"AWS_ACCESS_KEY_ID": "mine", "AWS_SECRET_ACCESS_KEY": "x", "AWS_SESSION_TOKEN": "token"}).ec2
    assert key(ec2) == "mine"
    assert ec2._request_signer._credentials.token == "token"


@pytest.mark.parametrize(
    ("endpoint", "direct"),
    [
        ("http://127.0.0.1:5566", True),
        ("http://localhost:5566", True),
        ("http://[::1]:5566", True),
        ("https://ec2.example.com", False),
        ("https://127.example.com", False),
    ],
)
def test_a_proxy_is_passed_by_for_loopback_alone(stack, endpoint, direct):
    ec2 = stack({"AWS_ENDPOINT_URL": endpoint}).ec2
    assert ec2.meta.endpoint_url == endpoint
    assert (ec2.meta.config.proxies == {}) is direct


def test_throttling_is_tried_again(stack):
    assert stack().ec2.meta.config.retries == {"mode": "standard", "total_max_attempts": 5}


def test_a_profile_that_does_not_exist_is_told_in_words(stack):
    with pytest.raises(UserError, match=r"shop-provider: .*nobody.*; check AWS_PROFILE"):
        _ = stack(profile="nobody").ec2


def test_an_endpoint_that_is_no_url_is_told_in_words(stack):
    with pytest.raises(UserError, match="shop-provider: Invalid endpoint"):
        _ = stack({"AWS_ENDPOINT_URL": "nonsense"}).ec2


@pytest.mark.parametrize(
    ("name", "kind", "side"),
    [
        ("my-consumer-api-provider", "aws_vpc_endpoint_service", "provider"),
        ("shop-consumer-provider", "aws_vpc_endpoint", "consumer"),
        ("shop-acceptance", "aws_vpc_endpoint_connection_accepter", "acceptance"),
        ("shop-private-dns-client", "aws_vpc_endpoint_private_dns", "private-dns"),
    ],
)
def test_a_side_is_told_by_what_it_makes(name, kind, side, tmp_path):
    (tmp_path / "cdk.tf.json").write_text(json.dumps({"resource": {kind: {}}}))

    assert Stack(name, TerraformRoot(tmp_path, {})).side == side


def test_stacks_come_after_those_they_depend_on(tmp_path):
    stacks = read_stacks(FakeStacks(tmp_path).out, {})
    assert [stack.name for stack in stacks] == [
        "shop-provider",
        "shop-consumer-a",
        "shop-consumer-b",
        "shop-acceptance",
    ]
    assert stacks[3].dependencies == ("shop-consumer-a", "shop-consumer-b", "shop-provider")


@pytest.mark.parametrize("name", ["nowhere", "empty", "file"])
def test_a_folder_without_stacks_is_refused(name, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match=rf"no generated Terraform in .*{name}; run `privatelink synth`"):
        read_stacks(tmp_path / name, {})


def test_stacks_are_chosen_by_name_and_keep_their_order(tmp_path):
    stacks = read_stacks(FakeStacks(tmp_path).out, {})
    assert select(stacks, []) == stacks
    assert [stack.name for stack in select(stacks, ["shop-consumer-b", "shop-provider"])] == [
        "shop-provider",
        "shop-consumer-b",
    ]
    with pytest.raises(
        UserError,
        match=r"^unknown stack: x, y; allowed: shop-provider, shop-consumer-a, .*, shop-acceptance$",
    ):
        select(stacks, ["y", "shop-provider", "x"])


def test_a_stack_is_ready_when_the_outputs_that_it_reads_are_there(tmp_path):
    provider, consumer, *_ = read_stacks(FakeStacks(tmp_path).out, {})
    assert consumer.outputs_read == {"id"}
    assert consumer.is_ready(provider, ["id", "other"])
    assert not consumer.is_ready(provider, ["other"])  # the provider's apply failed in the middle
    assert not consumer.is_ready(provider, [])
    # It reads nothing of this one, which has to be applied all the same.
    assert provider.is_ready(consumer, ["other"])
    assert not provider.is_ready(consumer, [])


def test_a_local_state_shows_whether_there_was_an_apply(tmp_path):
    fake = FakeStacks(tmp_path)
    provider = read_stacks(fake.out, {})[0]
    assert provider.has_no_state
    (tmp_path / "terraform.shop-provider.tfstate").touch()
    assert not provider.has_no_state
