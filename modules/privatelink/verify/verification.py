"""Tests the paths of all consumers in a folder of generated stacks."""

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path

from privatelink.errors import UserError
from privatelink.terraform.binary import find_binary
from privatelink.terraform.environment import DEFAULT_WORK_DIR, terraform_environment
from privatelink.terraform.process import Interruption
from privatelink.terraform.stacks import Stack, read_stacks
from privatelink.verify.consumer import provider_facts, verify_consumer
from privatelink.verify.errors import CouldNotCheckError
from privatelink.verify.here import Here
from privatelink.verify.outputs import read_outputs, verified_endpoint
from privatelink.verify.parallel import in_parallel
from privatelink.verify.provider_facts import ProviderFacts
from privatelink.verify.report import Finding

THREADS = 16
"""Maximum number of consumers at a time. Each of them mostly waits for AWS, and for its probe."""
OnFinding = Callable[[Finding, int, int], None]


def verify(
    out: Path,
    keys: Sequence[str],
    requests: int,
    *,
    from_here: bool = False,
    on_finding: OnFinding = lambda *_: None,
    threads: int = THREADS,
) -> list[Finding]:
    """Verify consumers in a folder of generated stacks, several at a time; each service is read once.

    Arguments:
        out: the folder of the generated Terraform.
        keys: consumers to verify, by key; empty: all.
        requests: minimum number of HTTP requests to each name.
        from_here: test from this machine, which is in the consumer's VPC, instead of from its probe.
        on_finding: is called as each consumer is done, with its result, their number, and that of all.
        threads: maximum number of consumers at a time.

    Returns:
        The result of each consumer, in the order of the stacks.

    Raises:
        CouldNotCheckError: the folder has no stacks, or no such consumer; or `from_here` is for several.
    """
    interruption = Interruption()
    stacks = _read(out, interruption)
    providers = [stack for stack in stacks if stack.side == "provider"]
    consumers = [stack for stack in stacks if stack.side == "consumer"]
    known = ", ".join(stack.consumer for stack in consumers)
    if not consumers:
        raise CouldNotCheckError(f"{out} has no consumer; run verify where the consumers' stacks are")
    if unknown := sorted(set(keys) - {stack.consumer for stack in consumers}):
        raise CouldNotCheckError(f"unknown consumer: {', '.join(unknown)}; allowed: {known}")
    chosen = [stack for stack in consumers if not keys or stack.consumer in keys]
    if from_here and len(chosen) > 1:
        raise CouldNotCheckError(
            "--from-here tests one consumer, in whose VPC this machine is; name it with --consumer: "
            f"{', '.join(stack.consumer for stack in chosen)}"
        )
    here = Here(interruption) if from_here else None
    services = _Services()
    found: dict[int, Finding] = {}
    try:
        for number, finding in in_parallel(
            chosen, lambda stack: _verify_one(stack, providers, requests, services.read, here), threads
        ):
            found[number] = finding
            on_finding(finding, len(found), len(chosen))
    except BaseException:
        # Their threads end with the program, but not the processes of Terraform, which only print outputs.
        interruption.kill()
        raise
    return [found[number] for number in range(len(chosen))]


class _Services:
    """What was read of each service: once for all consumers, also if it failed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read: dict[str, Future[ProviderFacts | None]] = {}

    def read(self, stack: Stack) -> ProviderFacts | None:
        """Return the provider's side; the first consumer that needs it reads it, and the others wait."""
        with self._lock:
            first = stack.name not in self._read
            future = self._read.setdefault(stack.name, Future())
        if first:
            try:
                future.set_result(provider_facts(stack))
            except BaseException as error:
                future.set_exception(error)
        return future.result()


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


def _read(out: Path, interruption: Interruption) -> list[Stack]:
    if not (out / "manifest.json").is_file():
        raise CouldNotCheckError(
            f"no generated Terraform in {out}; run `privatelink synth` and apply, or name a folder with --out"
        )
    environment = terraform_environment(DEFAULT_WORK_DIR, os.environ)
    binary = find_binary(environment, out, interruption=interruption)
    return read_stacks(out, environment, binary=binary, interruption=interruption)


def _verify_one(
    stack: Stack,
    providers: Sequence[Stack],
    requests: int,
    read: Callable[[Stack], ProviderFacts | None],
    here: Here | None,
) -> Finding:
    try:
        provider = provider_of(stack, providers)
        checks = verify_consumer(stack, provider, requests=requests, read=read, here=here)
        return Finding(stack.consumer, checks)
    except UserError as error:
        return Finding(stack.consumer, error=str(error))
