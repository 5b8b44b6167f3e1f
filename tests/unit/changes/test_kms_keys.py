"""KMS keys that are deleted while volumes of instances are encrypted with them."""

from typing import Any

import pytest

from privatelink.changes.recognize import recognize
from tests.support.staged_plans import (
    CREATE,
    DELETE,
    DELETE_FIRST,
    NO_OP,
    ONE,
    PROVIDER,
    UPDATE,
    plans,
    resource,
)

KEY = "arn:aws:kms:ap-northeast-2:111122223333:key/1"
DELETED = resource("aws_kms_key.key", DELETE, {"id": "1", "arn": KEY})


def instance(actions: Any = NO_OP, key: str = KEY, volume: str = "root_block_device") -> dict[str, Any]:
    return resource("aws_instance.probe", actions, {"id": "i-1", volume: [{"kms_key_id": key}]})


@pytest.mark.parametrize("volume", ["root_block_device", "ebs_block_device"])
@pytest.mark.parametrize("actions", [NO_OP, UPDATE])
def test_an_instance_that_stays_is_replaced_with_its_key(actions: Any, volume: str) -> None:
    (found,) = recognize(plans(one=[DELETED, instance(actions, volume=volume)]))
    assert (found.stack, found.address, found.kind.id) == (ONE, "aws_kms_key.key", "kms-key-in-use")
    assert found.change == "aws_kms_key.key is deleted, and encrypts volumes of aws_instance.probe"
    (stage,) = found.stages
    assert stage.commands == (
        "privatelink synth",
        f"terraform -chdir=cdktf.out/stacks/{ONE} apply -replace=aws_instance.probe",
    )


def test_an_instance_of_another_stack_gets_the_words_of_terraform() -> None:
    (found,) = recognize(plans(provider=[DELETED], one=[instance()]))
    assert (found.stack, found.stages[0].edits) == (PROVIDER, ("replace the instances in the same apply",))


@pytest.mark.parametrize(
    "changes",
    [
        [DELETED],
        [DELETED, instance(DELETE)],
        [DELETED, instance(DELETE_FIRST)],
        [DELETED, instance(key=f"{KEY}2")],
        [DELETED, instance(key="")],
        [resource("aws_kms_key.key", NO_OP, {"arn": KEY}), instance()],
        [resource("aws_kms_key.key", CREATE, None, {"arn": KEY}), instance()],
        [resource("aws_kms_key.key", DELETE, {"id": "1"}), instance(key="")],
    ],
)
def test_other_keys(changes: list[dict[str, Any]]) -> None:
    assert recognize(plans(one=changes)) == []
