"""Fixtures of the tests with real Terraform."""

from collections.abc import Iterator

import pytest

from privatelink.sandbox.process import Sandbox, running_sandbox
from tests.support.kept_provider import AttachedSandbox, attached_sandbox

ALL_OTHERS = "all others"
# Parts of names. First what takes longest, one for each process. xdist gives each its second test from the
# start, so that those that follow are short: a long one would wait behind another.
ORDER = (
    "test_staged_changes.py",
    "test_verify.py",
    "[three-by-three]",
    "test_a_stack_moves",
    "[topology]",
    "[services]",
    "test_a_killed_demo",
    "test_readme.py",
    "[managed]",
    "test_cross_account.py",
    "test_all_stacks.py",
    "[hosted-zone]",
    "[zonal-names]",
    "[auto-scaling]",
    "[internal]",
    "test_modules_and_stacks.py",
    "test_module_inputs.py",
    "test_literal_text.py",
    "test_two_at_once",
    "[automatic]",
    "test_plan.py",
    "test_validate.py",
    "test_review.py",
    "test_package.py",
    "test_sandbox.py",
    "[provider-only]",
    "test_terraform_modules.py",
    "test_private_dns.py",
    ALL_OTHERS,
    "test_hcl.py",
    "test_moved_from",
    "test_topology_that",
    "test_wrong_topology",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the long tests first, so that no process is left with one at the end."""

    def place(item: pytest.Item) -> int:
        return ORDER.index(next((name for name in ORDER if name in item.nodeid), ALL_OTHERS))

    items.sort(key=place)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[AttachedSandbox]:
    """One sandbox for the run, and a provider that stays up for it; each test leaves it as it was."""
    with attached_sandbox() as running:
        yield running


@pytest.fixture
def plain_sandbox() -> Iterator[Sandbox]:
    """A sandbox of the test's own, without that: each command starts the provider, as a user's does."""
    with running_sandbox() as running:
        yield running
