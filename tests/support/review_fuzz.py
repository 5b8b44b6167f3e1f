"""Mutated plans and policies: the review reads or refuses each, in little time.

`python -m tests.support.review_fuzz` tries thousands; a few are in the tests.
"""

import argparse
import gzip
import io
import json
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from rich.console import Console

from privatelink.errors import UserError
from privatelink.review.findings import review
from privatelink.review.plan import read_plan
from privatelink.review.policy import read_policy
from privatelink.review.render_annotations import as_annotations
from privatelink.review.render_json import as_json
from privatelink.review.render_markdown import LIMIT, as_markdown
from privatelink.review.render_sarif import as_sarif
from privatelink.review.render_terminal import show
from tests.support.mutations import damaged, mutated
from tests.support.plan_facts import LB, LISTENER, WORLD, as_document, change, configured, document
from tests.support.project import PROJECT

MOST_SECONDS: Final = 2.0
FOLDER = PROJECT / ".build" / "fuzz-review"
_AT_ONCE = 250  # cases of one process, after which it reports

NET = {"outputs": {"vpc_id": {"expression": {"references": ["aws_vpc.c"]}}}}
DATA = {"address": "data.aws_subnet.d", "mode": "data", "type": "aws_subnet", "name": "d"}
SMALL = as_document(
    *(change(address, values, values | {"tags": {"a": "b"}}) for address, values in WORLD.items()),
    change("aws_lb_listener.gone", LISTENER | {"id": "gone", "port": 444}, None),
    change("aws_vpc_endpoint_service.new", None, {"acceptance_required": False}, unknown={"id": True}),
    change("aws_lb.new", LB, LB | {"name": "b"}, replaced_by=("name",), sensitive={"name": True}),
    configuration={
        "root_module": {
            "resources": [
                configured("aws_lb_listener.l", load_balancer_arn=["aws_lb.l.arn", "aws_lb.l"]),
                configured("aws_security_group.e", vpc_id=["module.net.vpc_id"]),
            ],
            "module_calls": {"net": {"module": NET}},
        }
    },
    prior_state={"values": {"root_module": {"resources": [DATA | {"values": {"id": "d"}}]}}},
)
"""A plan with a path, and with each kind of change."""
NEXT_YEAR = str(date.today() + timedelta(days=300))
ACCEPTED = {"rule": "listener-destroyed", "address": "*gone", "reason": "r", "until": NEXT_YEAR}
POLICY = {"accepted": [ACCEPTED | {"stack": "plan"}], "severity": {"path-broken": "note"}}
OF_THE_PROVIDER = (
    "nothing-changes",
    "endpoint-replaced",
    "listener-destroyed",
    "rules-enforced",
    "everything-destroyed",
)


@dataclass(frozen=True)
class Failure:
    """A case that fails: its number, what was read, and why it fails."""

    number: int
    plan: bytes
    policy: bytes
    reason: str


def case(number: int, *, bases: Sequence[Any]) -> tuple[bytes, bytes]:
    """The files of one case, the same ones in each run: a plan and a policy."""
    random = Random(number)
    texts = [
        json.dumps(mutated(random.choice(bases), random, random.choice([0, 1, 1, 2, 5, 20]))),
        json.dumps(mutated(POLICY, random, random.choice([0, 0, 0, 1]))),
    ]
    if random.random() < 0.2:
        place = random.randrange(2)
        texts[place] = damaged(texts[place], random)
    plan, policy = (text.encode("utf-8", "surrogatepass") for text in texts)
    if random.random() < 0.05:
        plan = gzip.compress(plan)[: random.choice([None, None, -5])]
    return plan, policy


def ended(plan: bytes, policy: bytes, folder: Path) -> str:
    """Review a case and write every format; return the verdict, or `refused`."""
    began = time.process_time()
    try:
        (folder / "plan.json").write_bytes(plan)
        (folder / "policy.yaml").write_bytes(policy)
        found = review([read_plan(folder / "plan.json")], read_policy(folder / "policy.yaml"))
        said: str = found.verdict
        for render in (as_markdown, as_json, as_sarif, as_annotations):
            text = render(found)
            text.encode()
            assert render is not as_markdown or len(text.encode()) <= LIMIT, "a comment beyond GitHub's limit"
        show(Console(file=io.StringIO()), found)
    except UserError:
        said = "refused"
    seconds = time.process_time() - began
    assert seconds < MOST_SECONDS, f"{seconds:.1f} seconds for one review"
    return said


def tried(numbers: range) -> tuple[Counter[str], list[Failure]]:
    """Try some cases; return how they ended, and those that failed."""
    bases = [SMALL, SMALL, *map(document, OF_THE_PROVIDER)]
    counts: Counter[str] = Counter()
    failures: list[Failure] = []
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            plan, policy = case(number, bases=bases)
            try:
                counts[ended(plan, policy, Path(folder))] += 1
            except Exception:
                failures.append(Failure(number, plan, policy, traceback.format_exc()))
    return counts, failures


def main() -> int:
    """Try cases in parallel; write those that fail to a folder, and return 1 then."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    first, last = given.seed, given.seed + given.number
    groups = [range(start, min(start + _AT_ONCE, last)) for start in range(first, last, _AT_ONCE)]
    counts: Counter[str] = Counter()
    failures: list[Failure] = []
    with ProcessPoolExecutor() as pool:
        for some, failed in pool.map(tried, groups):
            counts += some
            failures += failed
    for failure in failures:
        folder = FOLDER / str(failure.number)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "plan.json").write_bytes(failure.plan)
        (folder / "policy.yaml").write_bytes(failure.policy)
        print(f"{folder}: {failure.reason}")
    endings = ", ".join(f"{number} {said}" for said, number in counts.most_common())
    print(f"reviews of mutated plans and policies: {endings}; {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
