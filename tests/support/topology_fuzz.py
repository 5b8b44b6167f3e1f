"""Mutated topologies: the check accepts or refuses each, and Terraform accepts what the check accepts.

`python -m tests.support.topology_fuzz` tries thousands; a few are in the tests.
"""

import argparse
import json
import shutil
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import hypothesis
from hypothesis import HealthCheck, Phase, given, settings

from privatelink.terraform.diagnostics import TerraformError
from privatelink.terraform.environment import terraform_environment
from privatelink.terraform.root import TerraformRoot
from privatelink.topology.file import TopologyError, parse
from privatelink.topology.model import Topology
from tests.support.full_topologies import full_topologies
from tests.support.kept_provider import kept_provider
from tests.support.project import PROJECT
from tests.support.synth import synth_to
from tests.support.topology_cases import check_wording
from tests.support.topology_mutations import Mutations
from tests.support.topology_strategies import EXAMPLES
from tests.support.written import written

EXAMPLE_TEXTS = [path.read_text(encoding="utf-8") for path in EXAMPLES]
FOLDER = PROJECT / ".build" / "fuzz"
DRAWN = 100  # topologies of the strategies, beside the examples
MOST_SECONDS = 2.0  # of CPU time, for one check
AT_ONCE = 50  # topologies that are validated together
STACKS_AT_ONCE = 200  # of one `terraform validate`: with 600, the memory of the machine is not enough
OF_MODULES = {"Backend configuration ignored"}  # a root has a backend, a module has none


def drawn(number: int, seed: int) -> list[str]:
    """Topologies of the strategies, as YAML."""
    found: list[str] = []

    @hypothesis.seed(seed)
    @settings(
        max_examples=number,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(full_topologies())
    def collect(topology: object) -> None:
        found.append(written(topology))

    collect()
    return found


def mutated_examples(number: int) -> Iterator[str]:
    """Mutations of the examples, the same ones in each run."""
    mutations = Mutations(EXAMPLE_TEXTS)
    return (mutations.mutated(Random(example)) for example in range(number))


def checked(text: str) -> Topology | TopologyError:
    """The topology, or the error of the check, which must have a place and take little time."""
    started = time.process_time()
    try:
        found: Topology | TopologyError = parse(text)
    except TopologyError as error:
        found = error
    if isinstance(found, TopologyError):
        check_wording(found)
        assert all(problem.line for problem in found.problems), f"a problem without a place: {found}"
    else:
        assert isinstance(found.warnings, tuple)
    seconds = time.process_time() - started
    assert seconds < MOST_SECONDS, f"{seconds:.1f} seconds for the check"
    return found


def validate(outputs: Sequence[Path], folder: Path, environment: Mapping[str, str]) -> None:
    """Run `terraform validate` for the stacks of several topologies at once, as modules of a root.

    Raises TerraformError if a stack is not valid.
    """
    stacks = [(output, stack) for output in outputs for stack in sorted(output.glob("stacks/*"))]
    root = TerraformRoot(folder, environment)
    for first in range(0, len(stacks), STACKS_AT_ONCE):
        modules = {
            f"{output.name}_{stack.name}": {"source": f"./{stack.relative_to(folder)}"}
            for output, stack in stacks[first : first + STACKS_AT_ONCE]
        }
        (folder / "main.tf.json").write_text(json.dumps({"module": modules}), encoding="utf-8")
        root.init()
        assert {warning.summary for warning in root.validate().warnings} <= OF_MODULES


@dataclass(frozen=True, slots=True)
class Failure:
    """A mutated topology for which the program fails."""

    number: int
    text: str
    reason: str


class Fuzz:
    """One run.

    Arguments:
        seed: the start of the numbers; the same one tries the same topologies.
        folder: the folder for the stacks.
    """

    def __init__(self, seed: int, folder: Path) -> None:
        self._seed = seed
        self._folder = folder
        self._mutations = Mutations([*EXAMPLE_TEXTS, *drawn(DRAWN, seed)])
        self.counts: Counter[str] = Counter()
        self.rules: Counter[str] = Counter()
        self.slowest = 0.0

    def failures(self, number: int, validated: int) -> Iterator[Failure]:
        """Try this number of topologies; of those accepted, validate up to `validated` with Terraform."""
        with kept_provider(terraform_environment(self._folder)) as environment:
            batch: dict[Path, tuple[int, str]] = {}
            for example in range(number):
                text = self._mutations.mutated(Random(f"{self._seed} {example}"))
                output = self._folder / f"e{example}"
                try:
                    accepted = self._try(text, output)
                except Exception:
                    self.counts["failed"] += 1
                    yield Failure(example, text, traceback.format_exc())
                    accepted = False
                if accepted and self.counts["validated"] + len(batch) < validated:
                    batch[output] = (example, text)
                else:
                    shutil.rmtree(output, ignore_errors=True)
                if len(batch) == AT_ONCE or (batch and example == number - 1):
                    yield from self._validated(batch, environment)
                    batch = {}

    def _try(self, text: str, output: Path) -> bool:
        started = time.process_time()
        found = checked(text)
        self.slowest = max(self.slowest, time.process_time() - started)
        if isinstance(found, TopologyError):
            self.counts["refused"] += 1
            self.rules.update({problem.rule for problem in found.problems})
            return False
        self.counts["accepted"] += 1
        synth_to(output, found)
        self.counts["synthesized"] += 1
        return True

    def _validated(
        self, batch: Mapping[Path, tuple[int, str]], environment: Mapping[str, str]
    ) -> Iterator[Failure]:
        try:
            validate([*batch], self._folder, environment)
        except TerraformError as error:
            if len(batch) == 1:
                ((number, text),) = batch.values()
                self.counts["not valid"] += 1
                yield Failure(number, text, str(error))
                batch = {}
            else:  # which of them
                for output, example in batch.items():
                    yield from self._validated({output: example}, environment)
                batch = {}
        self.counts["validated"] += len(batch)
        for output in batch:
            shutil.rmtree(output)


def main() -> int:
    """Try mutated topologies, and print what failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--validated", type=int, default=500)
    arguments = parser.parse_args()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    fuzz, failed = Fuzz(arguments.seed, FOLDER), 0
    for failure in fuzz.failures(arguments.number, arguments.validated):
        failed += 1
        (FOLDER / f"{failure.number}.yaml").write_text(failure.text, encoding="utf-8")
        print(f"{FOLDER / str(failure.number)}.yaml: {failure.reason}", file=sys.stderr)
    counts = ", ".join(f"{count} {name}" for name, count in fuzz.counts.items())
    print(
        f"{arguments.number} topologies, seed {arguments.seed}: {counts}; slowest check {fuzz.slowest:.2f} s"
    )
    print(f"{len(fuzz.rules)} rules broken: {', '.join(rule for rule, _ in fuzz.rules.most_common())}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
