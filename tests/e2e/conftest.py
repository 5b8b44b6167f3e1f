"""Fixtures of the tests with real Terraform."""

from collections.abc import Iterator

import pytest

from sandbox.process import Sandbox, running_sandbox
from tests.kept_provider import AttachedSandbox, attached_sandbox

# They apply several stacks one after the other, and wait for load balancers in each: the longest first.
LONG = (
    "test_verify.py",
    "test_terraform_modules.py",
    "test_apply.py",
    "test_cross_account.py",
    "test_state.py",
    "test_demo.py",
    "test_readme.py",
)
# They make nothing that takes the provider long, such as a load balancer.
SHORT = {"test_hcl.py", "test_package.py", "test_plan.py", "test_review.py", "test_validate.py"}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the long tests first, so that no process is left with one at the end, and the short ones last."""

    def place(item: pytest.Item) -> int:
        if item.path.name in LONG:
            return LONG.index(item.path.name)
        return len(LONG) + (item.path.name in SHORT)

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
