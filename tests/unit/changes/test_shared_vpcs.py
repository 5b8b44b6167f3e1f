"""VPCs of hosted zones whose account changes."""

from collections.abc import Sequence
from typing import Any

import pytest

from privatelink.changes.plans import Plans
from privatelink.changes.recognize import recognize
from privatelink.changes.staged import Staged
from tests.support.staged_plans import CREATE, CREATE_FIRST, DELETE, DELETE_FIRST, NO_OP, ONE, resource

ASSOCIATION = "aws_route53_zone_association.hosted-zone_x"
AUTHORIZATION = "aws_route53_vpc_association_authorization.hosted-zone_x"
FORMER, NEW = {"zone_id": "Z1", "vpc_id": "vpc-1"}, {"zone_id": "Z1", "vpc_id": "vpc-2"}


def changed(address: str, actions: Sequence[str]) -> dict[str, Any]:
    return resource(
        address, actions, None if actions == CREATE else FORMER, None if actions == DELETE else NEW
    )


def found(*changes: dict[str, Any], forgotten: Sequence[dict[str, Any]] = ()) -> list[Staged]:
    plan: Any = {"resource_changes": [*changes], "resource_drift": [*forgotten]}
    return recognize(Plans({ONE: plan}, lambda _: ()))


def test_a_vpc_of_another_account() -> None:
    (staged,) = found(changed(ASSOCIATION, DELETE_FIRST), changed(AUTHORIZATION, CREATE))
    assert (staged.stack, staged.address, staged.kind.id) == (ONE, ASSOCIATION, "shared-vpc-account")
    assert staged.change == f"{ASSOCIATION} changes from vpc-1 to one of another account"
    first, last = staged.stages
    assert first.edits == ("the file as it was last applied",)
    assert first.commands == (
        "privatelink synth",
        f"terraform -chdir=cdktf.out/stacks/{ONE} apply -destroy -target={ASSOCIATION}",
    )
    assert last.edits == ("the file as it is now",)


def test_a_vpc_of_the_hosted_zones_account_again() -> None:
    (staged,) = found(changed(ASSOCIATION, CREATE_FIRST), changed(AUTHORIZATION, DELETE))
    assert staged.change == f"{ASSOCIATION} changes from vpc-1 to one of the hosted zone's account"
    assert staged.stages[0].commands[-1].endswith(f" -target={ASSOCIATION} -target={AUTHORIZATION}")


@pytest.mark.parametrize("actions", [CREATE, DELETE])
def test_an_association_that_its_new_account_cannot_read(actions: Sequence[str]) -> None:
    forgotten = [changed(ASSOCIATION, DELETE)]
    (staged,) = found(changed(ASSOCIATION, CREATE), changed(AUTHORIZATION, actions), forgotten=forgotten)
    assert staged.kind.id == "shared-vpc-account"


@pytest.mark.parametrize(
    "changes",
    [
        # Another VPC of the same account, whether that is another account or not.
        [changed(ASSOCIATION, DELETE_FIRST), changed(AUTHORIZATION, DELETE_FIRST)],
        [changed(ASSOCIATION, DELETE_FIRST)],
        # A role in the account of the hosted zone.
        [changed(ASSOCIATION, NO_OP), changed(AUTHORIZATION, CREATE)],
        # A new key, and one that leaves.
        [changed(ASSOCIATION, CREATE), changed(AUTHORIZATION, CREATE)],
        [changed(ASSOCIATION, DELETE), changed(AUTHORIZATION, DELETE)],
        # Another key.
        [changed(ASSOCIATION, DELETE_FIRST), changed(AUTHORIZATION.replace("_x", "_y"), CREATE)],
    ],
)
def test_other_changes(changes: list[dict[str, Any]]) -> None:
    assert found(*changes) == []
