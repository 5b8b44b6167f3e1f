"""The door: what is used is imported, and nothing else."""

import pytest

from privatelink.framework import aws
from privatelink.framework.choice import FRAMEWORK
from tests.support.code import run


def test_only_what_is_used_is_imported():
    code = """
import sys
from privatelink.framework import aws, choice as framework
aws.Vpc
bindings = framework.FRAMEWORK.bindings + "."
print(*sorted(name.split(".")[1] for name in sys.modules if name.startswith(bindings)))
"""
    assert run(code).split() == ["_jsii", "_jsii", "vpc", "vpc"]  # of 2,212; each with its `_private`


def test_every_name_offered_is_there():
    assert all(hasattr(aws, name) for name in aws.__all__)


def test_another_name_is_refused_with_the_way_to_have_it():
    with pytest.raises(AttributeError, match="has no Nonsense; add it to the classes in classes"):
        _ = aws.Nonsense


@pytest.mark.slow
def test_bindings_imported_first_still_work_beside_the_door():
    code = (
        "from privatelink.framework import aws\n"
        f"from {FRAMEWORK.bindings}.s3_bucket import S3Bucket; print(S3Bucket)"
    )

    assert "S3Bucket" in run(code)


def test_bindings_still_check_types():
    with pytest.raises(TypeError, match="cidr_block must be"):
        aws.Vpc(aws.TerraformStack(aws.App(), "test"), "vpc", cidr_block=1)
