"""Which policy plans are reviewed with."""

import subprocess
from pathlib import Path

import pytest

from privatelink.cli.policy import chosen_policy
from privatelink.errors import UserError


def test_none_where_none_lies_here_and_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert chosen_policy(None) is None


def test_the_one_that_is_named_before_the_one_that_lies_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("review-policy.yaml").write_text("severity: {listener-destroyed: note}")
    Path("other.yaml").write_text("severity: {listener-destroyed: warning}")
    here, named = chosen_policy(None), chosen_policy(Path("other.yaml"))
    assert here
    assert named
    assert (here.severity, named.severity) == (
        {"listener-destroyed": "note"},
        {"listener-destroyed": "warning"},
    )
    with pytest.raises(UserError, match=r"nowhere\.yaml"):
        chosen_policy(Path("nowhere.yaml"))


def test_the_one_of_another_commit_before_the_one_that_lies_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
        subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)

    monkeypatch.chdir(tmp_path)
    git("init", "--quiet")
    git("commit", "--quiet", "--allow-empty", "--message=none")
    git("branch", "none")
    Path("review-policy.yaml").write_text("severity: {listener-destroyed: warning}")
    git("add", ".")
    git("commit", "--quiet", "--message=base")
    git("branch", "base")
    Path("review-policy.yaml").write_text("severity: {listener-destroyed: note}")

    base = chosen_policy(None, "base")
    assert base
    assert base.severity == {"listener-destroyed": "warning"}
    assert chosen_policy(None, "none") is None
    with pytest.raises(UserError, match=r"none:review-policy\.yaml: the commit has no such file"):
        chosen_policy(Path("review-policy.yaml"), "none")
