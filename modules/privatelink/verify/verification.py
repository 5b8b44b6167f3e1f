"""Tests the paths of all consumers in a folder of generated stacks."""

import os
from collections.abc import Sequence
from pathlib import Path

from privatelink.errors import UserError
from privatelink.terraform.environment import DEFAULT_WORK_DIR, terraform_environment
from privatelink.terraform.stacks import Stack, read_stacks
from privatelink.verify.consumer import verify_consumer
from privatelink.verify.errors import CouldNotCheckError
from privatelink.verify.outputs import read_outputs, verified_endpoint
from privatelink.verify.report import Finding


def verify(out: Path, keys: Sequence[str], requests: int) -> list[Finding]:
    """Verify consumers in a folder of generated stacks.

    Arguments:
        out: the folder of the generated Terraform.
        keys: consumers to verify, by key; empty: all.
        requests: minimum number of HTTP requests to each name.

    Raises:
        CouldNotCheckError: the folder has no stacks, or no such consumer.
    """
    stacks = _read(out)
    providers = [stack for stack in stacks if stack.side == "provider"]
    consumers = [stack for stack in stacks if stack.side == "consumer"]
    known = ", ".join(stack.consumer for stack in consumers)
    if not consumers:
        raise CouldNotCheckError(f"{out} has no consumer; run verify where the consumers' stacks are")
    if unknown := sorted(set(keys) - {stack.consumer for stack in consumers}):
        raise CouldNotCheckError(f"unknown consumer: {', '.join(unknown)}; allowed: {known}")
    return [
        _verify_one(stack, providers, requests) for stack in consumers if not keys or stack.consumer in keys
    ]


def provider_of(consumer: Stack, providers: Sequence[Stack]) -> Stack | None:
    """Return the stack of the service that a consumer's verified endpoint connects to."""
    outputs = read_outputs(consumer)
    has_only_others = "further_endpoints" in outputs and "endpoint_id" not in outputs
    if len(providers) < 2 and not has_only_others:
        return next(iter(providers), None)
    endpoint = verified_endpoint(outputs)
    wanted = endpoint and endpoint["service_name"]
    return next(
        (stack for stack in providers if wanted and read_outputs(stack).get("service_name") == wanted), None
    )


def _read(out: Path) -> list[Stack]:
    if not (out / "manifest.json").is_file():
        raise CouldNotCheckError(
            f"no generated Terraform in {out}; run `privatelink synth` and apply, or name a folder with --out"
        )
    return read_stacks(out, terraform_environment(DEFAULT_WORK_DIR, os.environ))


def _verify_one(stack: Stack, providers: Sequence[Stack], requests: int) -> Finding:
    try:
        provider = provider_of(stack, providers)
        return Finding(stack.consumer, verify_consumer(stack, provider, requests=requests))
    except UserError as error:
        return Finding(stack.consumer, error=str(error))
