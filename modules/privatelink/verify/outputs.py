"""Reads the outputs of a stack."""

from privatelink.terraform.diagnostics import TerraformError
from privatelink.terraform.documents import Outputs
from privatelink.terraform.stacks import Stack


def read_outputs(stack: Stack) -> Outputs:
    """Return the outputs of a stack; they are empty if it is not applied or not initialized."""
    try:
        return stack.outputs
    except TerraformError:
        # https://developer.hashicorp.com/terraform/cli/init#working-directory-contents
        if (stack.root.directory / ".terraform").is_dir():
            raise
        return {}
