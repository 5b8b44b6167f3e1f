"""Which policy plans are reviewed with."""

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
