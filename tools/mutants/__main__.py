"""Command line: `python -m tools.mutants [--of PACKAGE] [--number N] [--seed N]`.

It needs the Python of .build/mutants. Cosmic Ray makes the mutants, in a copy of the working tree. Exit
codes: 0 enough of them are killed, 1 fewer.

https://cosmic-ray.readthedocs.io/
"""

import argparse
import ast
import json
import shlex
import shutil
import subprocess
import sys
from itertools import islice
from pathlib import Path
from random import Random

from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkItem, WorkResult

PROJECT = Path(__file__).resolve().parents[2]
FOLDER = PROJECT / ".build" / "mutants-run"
TREE = FOLDER / "tree"
PACKAGES = ("review", "verify", "connections", "terraform", "hcl")
SECONDS = 3600.0  # for the tests of one mutant
LEAST = 0.85  # the share that the tests must kill
TIMEOUT = "timeout"  # what Cosmic Ray notes instead of the output of tests that ran out of time
COSMIC_RAY = Path(sys.executable).with_name("cosmic-ray")
# `str | None` in an annotation: each mutant fails at the import, so that it would say nothing.
OF_ANNOTATIONS = "BitOr"


def main() -> int:
    """Make a sample of mutants, run the tests on each, and report those that survive."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--of", choices=PACKAGES, default="review", help="package of modules/privatelink")
    given = parser.parse_args()
    copy_tree()
    configuration, session = FOLDER / "configuration.toml", FOLDER / "session.sqlite"
    configuration.write_text(written_configuration(given.of), encoding="utf-8")
    run("init", configuration, session)
    # Without mutant they must pass. Python keeps its bytecode, so that each mutant compiles one module.
    subprocess.run(tests(given.of), cwd=TREE, check=True)
    random = Random(given.seed)  # noqa: S311 - a sample, no secret
    with use_db(session, WorkDB.Mode.open) as db:
        skip_all_but(sampled(list(db.work_items), given.number, random), db)
    run("exec", configuration, session)
    with use_db(session, WorkDB.Mode.open) as db:
        return report(db, given.of)


def copy_tree() -> None:
    """Copy the files of the working tree: mutants are written into the files, which nobody else may see."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (PROJECT / name).is_file():
            (TREE / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, TREE / name)
    (TREE / ".venv").symlink_to(PROJECT / ".venv")


def mutated(package: str) -> str:
    """Return the folder of a package."""
    return f"modules/privatelink/{package}"


def tests(package: str) -> list[str]:
    """Return the command that runs the fast tests on the modules of the copy."""
    modules = f"PYTHONPATH={TREE / 'modules'}"
    return ["env", modules, ".venv/bin/python", "-m", "tools.mutants.fast_tests", package]


def written_configuration(package: str) -> str:
    """Return the configuration of Cosmic Ray: https://cosmic-ray.readthedocs.io/en/latest/tutorials/intro/"""
    return (
        "[cosmic-ray]\n"
        f"module-path = {json.dumps(mutated(package))}\n"
        f"timeout = {SECONDS}\n"
        "excluded-modules = []\n"
        f"test-command = {json.dumps(shlex.join(tests(package)))}\n"
        '[cosmic-ray.distributor]\nname = "local"\n'
    )


def run(command: str, *arguments: Path) -> None:
    """Run a command of Cosmic Ray in the copy."""
    subprocess.run([COSMIC_RAY, command, *arguments], cwd=TREE, check=True)


def sampled(items: list[WorkItem], number: int, random: Random) -> set[str]:
    """Return the IDs of some mutants, the same ones for the same code and seed."""
    useful = [
        item
        for item in items
        if not any(OF_ANNOTATIONS in mutation.operator_name for mutation in item.mutations)
    ]
    useful.sort(
        key=lambda item: [(str(m.module_path), m.operator_name, m.occurrence) for m in item.mutations]
    )
    random.shuffle(useful)
    return {item.job_id for item in islice(filter(is_module, useful), number)}


def is_module(item: WorkItem) -> bool:
    """Return whether the mutant is Python: one with another sign before `args` in `f(*args)` says nothing."""
    for mutation in item.mutations:
        source = (TREE / mutation.module_path).read_text(encoding="utf-8")
        operator = get_operator(mutation.operator_name)(**mutation.operator_args)
        mutated = mutate_code(source, operator, mutation.occurrence)
        try:
            ast.parse(mutated or "")
        except SyntaxError:
            return False
        if mutated is None:
            return False
    return True


def skip_all_but(chosen: set[str], db: WorkDB) -> None:
    """Mark the other mutants as skipped."""
    skipped = WorkResult(WorkerOutcome.SKIPPED, output="not in the sample")
    db.set_multiple_results([item.job_id for item in db.work_items if item.job_id not in chosen], skipped)


def report(db: WorkDB, package: str) -> int:
    """Print the mutants that survive, and the share of killed ones; return the exit code."""
    tried = [result for _, result in db.results if result.worker_outcome is not WorkerOutcome.SKIPPED]
    alive = [result for result in tried if not is_killed(result)]
    for result in alive:
        print(result.diff or result.output)
    killed = len(tried) - len(alive)
    print(f"{killed} of {len(tried)} mutants of {mutated(package)} are killed by the fast tests")
    return 0 if killed >= LEAST * len(tried) else 1


def is_killed(result: WorkResult) -> bool:
    """Return whether a test failed, or looped; to run out of time, as on a busy machine, does not count."""
    return result.test_outcome is TestOutcome.KILLED and result.output != TIMEOUT


if __name__ == "__main__":
    sys.exit(main())
