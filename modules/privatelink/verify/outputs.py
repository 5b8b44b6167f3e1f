"""The outputs of a stack, where it is applied."""

from privatelink.terraform.diagnostics import TerraformError
from privatelink.terraform.documents import Outputs
from privatelink.terraform.stacks import Stack


def read_outputs(stack: Stack) -> Outputs:
    """The stack's outputs; none where it is not applied, or not even initialised."""
    try:
        return stack.outputs
    except TerraformError:
        # https://developer.hashicorp.com/terraform/cli/init#working-directory-contents
        if (stack.root.directory / ".terraform").is_dir():
            raise
        return {}
