"""Stacks whose state is in another backend."""

import json
from pathlib import Path
from typing import Any

import pytest

from privatelink.changes.backends import moved
from privatelink.terraform.stacks import read_stacks
from tests.support.fake_stacks import SHOP, FakeStacks

PROVIDER, *_ = SHOP
PATH = f"../../../terraform.{PROVIDER}.tfstate"
S3 = {"bucket": "states", "key": "shop.tfstate", "region": "eu-west-1"}


def names(fake: FakeStacks, initialized: Any, backend: Any = None) -> list[str]:
    """The stacks that are reported, with the backend of the last init and the present one."""
    folder = fake.folder(PROVIDER)
    if backend:
        file = folder / "cdk.tf.json"
        configuration = json.loads(file.read_text())
        configuration["terraform"] = backend
        file.write_text(json.dumps(configuration))
    (folder / ".terraform").mkdir(exist_ok=True)
    (folder / ".terraform/terraform.tfstate").write_text(json.dumps(initialized))
    return [stack.name for stack in moved(read_stacks(fake.out, fake.environment))]


def local(path: str) -> Any:
    return {"version": 3, "backend": {"type": "local", "config": {"path": path, "workspace_dir": None}}}


def test_the_same_backend(tmp_path: Path) -> None:
    fake = FakeStacks(tmp_path)
    assert moved(read_stacks(fake.out, fake.environment)) == []
    assert names(fake, local(PATH)) == []
    assert names(fake, {"version": 3}) == []


@pytest.mark.parametrize(
    "backend",
    [
        {"backend": {"s3": S3}},
        {"backend": {"local": {"path": "../../../states/shop.tfstate"}}},
        {"cloud": {"organization": "acme", "workspaces": {"name": "shop"}}},
    ],
)
def test_another_backend(tmp_path: Path, backend: Any) -> None:
    assert names(FakeStacks(tmp_path), local(PATH), backend) == [PROVIDER]


def test_a_role_is_a_block_as_a_list_or_an_object(tmp_path: Path) -> None:
    fake = FakeStacks(tmp_path)
    role = {"role_arn": "arn:aws:iam::111122223333:role/states", "session_name": "x"}
    present = {"backend": {"s3": {**S3, "assume_role": role}}}
    for kept in ([{**role, "external_id": None}], {**role, "external_id": None}):
        former = {"backend": {"type": "s3", "config": {**S3, "assume_role": kept, "profile": None}}}
        assert names(fake, former, present) == []
    other = {"backend": {"type": "s3", "config": {**S3, "assume_role": [{**role, "role_arn": "other"}]}}}
    assert names(fake, other, present) == [PROVIDER]
