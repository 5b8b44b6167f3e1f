"""All kinds of change that need several applies."""

import re

import pytest

from privatelink.changes import (
    kms_keys,
    load_balancers,
    private_names,
    regions,
    renamed_keys,
    security_groups,
    services,
    shared_vpcs,
    subnets,
    unplannable,
)
from privatelink.changes.catalogue import KINDS
from privatelink.changes.staged import Kind
from tests.support.project import PROJECT


def test_every_kind_is_listed() -> None:
    found = {
        id(value)
        for module in (
            kms_keys,
            load_balancers,
            private_names,
            regions,
            renamed_keys,
            security_groups,
            services,
            shared_vpcs,
            subnets,
            unplannable,
        )
        for value in vars(module).values()
        if isinstance(value, Kind)
    }
    assert found == {id(kind) for kind in KINDS}
    assert len({kind.id for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_the_page_has_every_kind(kind: Kind) -> None:
    page = (PROJECT / "docs/aws.md").read_text(encoding="utf-8")
    assert re.search(rf"^\| `{kind.id}` \| ", page, re.MULTILINE)
