"""Stacks that are no longer in the topology: kept if they may have state, with the way to destroy them."""

from pathlib import Path

import pytest

from privatelink.stacks.manifest import read_manifest, write_manifest
from privatelink.stacks.removed_stacks import delete_destroyed, find_removed, notes_on
from tests.support.output_folders import PROVIDER, generate, local, state

OUT = Path("cdktf.out")


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def only(out):
    (stack,) = find_removed(out, [])
    return stack


def test_a_stack_without_state_is_not_kept(out):
    generate(out, {"a": local("a")})
    state(out.parent / "terraform.a.tfstate", 0)

    assert not only(out).is_kept
    assert notes_on([only(out)], OUT) == []


def test_a_stack_whose_state_has_never_been_is_not_kept(out):
    generate(out, {"a": local("a")})

    assert not only(out).is_kept


@pytest.mark.parametrize(
    "path",
    ["terraform.a.tfstate", "out/stacks/a/errored.tfstate", "out/stacks/a/terraform.tfstate.d/x/y.tfstate"],
    ids=["its-own", "not-put-in-its-place", "of-a-workspace"],
)
def test_a_stack_with_resources_in_a_state_is_kept(out, path):
    generate(out, {"a": local("a")})
    state(out.parent / path, 2)

    assert only(out).state == "2 resources in its state"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"encrypted_data": "…"}', '{"resources": [{}]}'])
def test_a_stack_whose_state_cannot_be_read_is_kept(out, text):
    generate(out, {"a": local("a")})
    (out.parent / "terraform.a.tfstate").write_text(text)

    assert only(out).state == "its state terraform.a.tfstate cannot be read"


@pytest.mark.parametrize(
    ("terraform", "place"),
    [
        ({"backend": {"s3": {"bucket": "b", "key": "k"}}}, "its state is in s3"),
        ({"cloud": {"workspaces": {"name": "w"}}}, "its state is in HCP Terraform"),
        ({}, "its backend cannot be read"),
    ],
)
def test_a_stack_whose_state_is_elsewhere_is_kept(out, terraform, place):
    generate(out, {"a": {"terraform": terraform}})

    stack = only(out)

    assert stack.state == place
    assert notes_on([stack], OUT)[1:] == ["  privatelink destroy --removed a", f"  a: {place}"]


def test_a_stack_of_no_manifest_is_found_by_its_terraform(out):
    """Earlier versions left the folders of removed stacks where they were."""
    generate(out, {"a": local("a"), "b": local("b")})
    generate(out, {"a": local("a")})
    (out / "stacks/notes").mkdir()

    assert [stack.name for stack in find_removed(out, ["a"])] == ["b"]


def test_what_depends_on_others_is_destroyed_before_them(out):
    names = ["acceptance", "consumer", "provider", "zone"]
    generate(
        out,
        {name: local(name) for name in names},
        {"acceptance": ["provider", "consumer"], "consumer": ["provider"], "zone": ["acceptance"]},
    )

    found = [stack.name for stack in find_removed(out, [])]

    assert found == ["zone", "acceptance", "consumer", "provider"]


def test_the_command_is_exact_and_says_what_destroying_does(out):
    accepter = {"aws_vpc_endpoint_connection_accepter": {"client": {}}}
    generate(out, {"a": local("a", resource=accepter)})
    state(out.parent / "terraform.a.tfstate", 1)

    assert notes_on([only(out)], Path("my out")) == [
        "note: these stacks are no longer in the topology; to destroy them, run in this order:",
        "  privatelink destroy --out 'my out' --removed a",
        "  a: 1 resource in its state; destroying it rejects the connections that it accepted; to keep them, "
        "first remove them from its state: terraform '-chdir=my out/removed/a' state rm "
        "aws_vpc_endpoint_connection_accepter.client",
    ]


def test_a_service_is_destroyed_after_an_apply_and_what_used_it_before(out):
    generate(
        out,
        {"client": local("client"), "provider": local("provider", **PROVIDER)},
        {"client": ["provider"]},
    )
    state(out.parent / "terraform.client.tfstate", 2)
    state(out.parent / "terraform.provider.tfstate", 3)

    assert notes_on(find_removed(out, []), OUT)[1:] == [
        "  privatelink destroy --removed client",
        "  privatelink apply  # AWS does not delete a service that has connections",
        "  privatelink destroy --removed provider",
        "  client: 2 resources in its state",
        "  provider: 3 resources in its state",
    ]


def removed(out, **stacks):
    """Generate these stacks, and move them to `removed/`."""
    generate(out, stacks)
    entries = read_manifest(out)
    (out / "stacks").rename(out / "removed")
    write_manifest(out / "removed", entries)


def test_the_folder_of_a_destroyed_stack_is_deleted_wherever_its_state_is(out):
    removed(out, a=local("a"), b={"terraform": {"backend": {"s3": {}}}}, c=local("c"))
    (out / "removed/a/.terraform/providers").mkdir(parents=True)

    assert delete_destroyed(out, ["a", "b"]) == []
    assert {path.name for path in (out / "removed").iterdir()} == {"c", "manifest.json"}
    assert set(read_manifest(out / "removed")) == {"c"}


def test_of_a_destroyed_stack_the_files_of_users_are_kept(out):
    removed(out, a=local("a"))
    (out / "removed/a/override.tf").touch()

    assert delete_destroyed(out, ["a"]) == [out / "removed/a"]
    assert [path.name for path in (out / "removed/a").iterdir()] == ["override.tf"]
    assert read_manifest(out / "removed") == {}


def test_a_stack_with_resources_in_another_workspace_is_kept(out):
    removed(out, a=local("a"))
    state(out / "removed/a/terraform.tfstate.d/x/y.tfstate", 1)

    assert delete_destroyed(out, ["a"]) == [out / "removed/a"]
    assert set(read_manifest(out / "removed")) == {"a"}
    assert (out / "removed/a/cdk.tf.json").exists()


def test_a_folder_with_a_users_files_is_kept_without_state(out):
    generate(out, {"a": local("a")})
    (out / "stacks/a/.terraform.lock.hcl").touch()
    (out / "stacks/a/override.tf").touch()

    stack = only(out)

    assert stack.is_kept
    assert notes_on([stack], OUT) == [
        "note: cdktf.out/removed/a has no stack any more; it is kept because of your files override.tf"
    ]
