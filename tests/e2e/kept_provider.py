"""The AWS provider kept running for many Terraform commands: starting it is half of what each one costs.

https://developer.hashicorp.com/terraform/plugin/debugging#starting-a-provider-in-debug-mode
"""

import contextlib
import ctypes
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence

from runner.mirror import PROVIDER
from runner.stacks import Stack
from runner.terraform import TerraformRoot

CA_BUNDLE = "AWS_CA_BUNDLE"
VARIABLE = "TF_REATTACH_PROVIDERS"
ATTACH = re.compile(rf"{VARIABLE}='(.*)'")
PR_SET_PDEATHSIG = 1


@contextlib.contextmanager
def kept_provider(stacks: Sequence[Stack]) -> Iterator[list[Stack]]:
    """Yield the stacks, which are initialized, such that their Terraform finds the provider running.

    One process has the settings that it was given last: for stacks used one by one, each of one account.
    """
    assert all(len(stack.configuration["provider"]["aws"]) == 1 for stack in stacks)
    # Of its second configuration on the provider refuses this one; the sandbox is plain HTTP.
    environment = {name: value for name, value in stacks[0].root.environment.items() if name != CA_BUNDLE}
    installed = stacks[0].root.directory / ".terraform/providers" / PROVIDER
    (binary,) = installed.glob("*/*/terraform-provider-aws*")
    with subprocess.Popen(
        [binary, "-debug"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        preexec_fn=_end_with_parent,
    ) as process:
        try:
            assert process.stdout
            (attach,) = next(found.groups() for line in process.stdout if (found := ATTACH.search(line)))
            yield [
                Stack(stack.name, TerraformRoot(stack.root.directory, environment | {VARIABLE: attach}))
                for stack in stacks
            ]
        finally:
            process.terminate()


def _end_with_parent() -> None:
    """Have the kernel end the process when that of the tests is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
