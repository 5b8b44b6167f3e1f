"""What the tests of several commands start from."""

import os
from pathlib import Path

import pytest

from tests.support.fake_stacks import FakeStacks


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeStacks:
    """A shell in a folder with generated stacks, whose Terraform is a stand-in."""
    fake = FakeStacks(tmp_path)
    for name in list(os.environ):
        monkeypatch.delenv(name)
    for name, value in fake.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return fake
