"""Writes a further file beside the Terraform that the framework writes for a stack."""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

from privatelink.framework import aws
from privatelink.framework.choice import FRAMEWORK

if TYPE_CHECKING:
    from cdktf import ISynthesisSession

# Not from `aws`: an interface has no constructor whose type checks the fast start could skip.
_SYNTHESIZER = importlib.import_module(FRAMEWORK.package).IStackSynthesizer

# After `aws`, because the fast start must come first.
from jsii import implements  # noqa: E402


@implements(_SYNTHESIZER)
class _WithFile:
    """The framework's synthesizer of a stack, which then writes a file as well.

    https://developer.hashicorp.com/terraform/cdktf/api-reference/python#istacksynthesizer
    """

    def __init__(self, stack: aws.TerraformStack, name: str, text: str) -> None:
        self._stack, self._name, self._text = stack, name, text
        self._framework = stack.synthesizer

    def synthesize(self, session: "ISynthesisSession") -> None:
        """Write the Terraform of the stack, and the file."""
        self._framework.synthesize(session)
        folder = session.manifest.for_stack(self._stack).working_directory
        Path(session.outdir, folder, self._name).write_text(self._text, encoding="utf-8")


def write_beside(stack: aws.TerraformStack, name: str, text: str) -> None:
    """Write a file into the folder of a stack when the stack is synthesized.

    Arguments:
        stack: the stack.
        name: name of the file.
        text: content of the file.
    """
    stack.synthesizer = _WithFile(stack, name, text)
