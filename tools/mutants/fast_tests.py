"""Run the fast tests of the review in the copy, first those of the changed module, which notice most mutants.

`python -m tools.mutants.fast_tests`, with the Python of .venv. The exit code is pytest's.
"""

import resource
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
MUTATED = PROJECT / "modules" / "privatelink" / "review"
TESTS = Path("tests", "unit", "review")
FURTHER = ("tests/unit/cli/test_review.py", "tests/unit/cli/test_policy.py")
FAST = "not slow and not terraform and not reuse and not dataplane"
# The tests take 20 s of CPU time. Only an endless loop takes this much, however busy the machine is.
CPU_SECONDS = 300
MEMORY = 8 * 1024**3  # bytes, for an endless loop that collects something


def main() -> int:
    """Run the tests until one fails."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    options = ["-x", "-q", "-n", "0", "-p", "no:cacheprovider", "-m", FAST]
    return int(pytest.main([*options, *own_tests(), str(TESTS), *FURTHER]))


def own_tests() -> list[str]:
    """Return the test file of the mutant: the module written last, as copies keep their times."""
    changed = max(MUTATED.rglob("*.py"), key=lambda path: path.stat().st_mtime)
    inside = changed.relative_to(MUTATED)
    tests = TESTS / inside.with_name(f"test_{inside.name}")
    return [str(tests)] if (PROJECT / tests).is_file() else []


if __name__ == "__main__":
    sys.exit(main())
