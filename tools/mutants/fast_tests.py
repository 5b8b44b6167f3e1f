"""Run the fast tests of a package in the copy, first those of the changed module, which notice most mutants.

`python -m tools.mutants.fast_tests PACKAGE`, with the Python of .venv. The exit code is pytest's.
"""

import resource
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
FURTHER = {
    "review": ("review", "policy"),
    "verify": ("verify",),
    "connections": ("connections",),
    "terraform": ("apply", "plan", "environment", "stack_runs"),
    "hcl": ("hcl",),
}
"""Packages with mutants, and the subcommands whose tests are also theirs."""
FAST = "not slow and not terraform and not reuse and not dataplane"
# The tests take 20 s of CPU time. Only an endless loop takes this much, however busy the machine is.
CPU_SECONDS = 300
MEMORY = 8 * 1024**3  # bytes, for an endless loop that collects something


def main(package: str) -> int:
    """Run the tests of a package until one fails."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    options = ["-x", "-q", "-n", "0", "-p", "no:cacheprovider", "-m", FAST]
    commands = [f"tests/unit/cli/test_{name}.py" for name in FURTHER[package]]
    return int(pytest.main([*options, *own_tests(package), f"tests/unit/{package}", *commands]))


def own_tests(package: str) -> list[str]:
    """Return the test file of the mutant: the module written last, as copies keep their times."""
    mutated = PROJECT / "modules" / "privatelink" / package
    changed = max(mutated.rglob("*.py"), key=lambda path: path.stat().st_mtime)
    inside = changed.relative_to(mutated)
    tests = Path("tests", "unit", package) / inside.with_name(f"test_{inside.name}")
    return [str(tests)] if (PROJECT / tests).is_file() else []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
