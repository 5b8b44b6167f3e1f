"""Outputs of a stack that is applied, and of one that is not."""

from types import SimpleNamespace

import pytest

from privatelink.terraform.diagnostics import TerraformError
from privatelink.verify.outputs import read_outputs


class Unreadable:
    """A stack whose outputs Terraform does not give."""

    def __init__(self, directory):
        self.root = SimpleNamespace(directory=directory)

    @property
    def outputs(self):
        raise TerraformError(["terraform", "output"], 1)


def test_outputs_are_the_stacks():
    assert read_outputs(SimpleNamespace(outputs={"a": 1})) == {"a": 1}


def test_a_stack_that_was_never_initialised_has_none(tmp_path):
    assert read_outputs(Unreadable(tmp_path)) == {}


def test_another_failure_is_no_empty_stack(tmp_path):
    (tmp_path / ".terraform").mkdir()

    with pytest.raises(TerraformError):
        read_outputs(Unreadable(tmp_path))
