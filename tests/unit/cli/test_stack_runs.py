"""What the commands on all stacks share: texts of states, command lines, questions."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from privatelink.cli import stack_runs
from privatelink.errors import UserError
from privatelink.terraform.all_stacks import Outcome
from privatelink.terraform.plan import Summary
from tests.support import cli
from tests.support.fake_stacks import SHOP, FakeStacks


def outcome(**values: Any) -> Outcome:
    return Outcome(cast("Any", SimpleNamespace(name="shop")), **values)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (outcome(state="waits", waits_for=("a", "b")), "waits for a, b"),
        (outcome(state="planned", summary=Summary(add=1)), "planned"),
        (outcome(state="planned"), "planned: outputs change"),
        (
            outcome(state="planned", summary=Summary(add=1), waits_for=("a",)),
            "planned; planned again after a",
        ),
        (outcome(state="no changes", waits_for=("a",)), "no changes; planned again after a"),
        (outcome(state="applied"), "applied"),
    ],
)
def test_states_in_words(found: Outcome, words: str) -> None:
    assert stack_runs.state_of(found) == words


def test_a_command_to_go_on_with_is_quoted_and_names_another_folder() -> None:
    assert stack_runs.command_line("apply", ["a"], Path("cdktf.out")) == "privatelink apply a"
    assert stack_runs.command_line("plan", [], Path("my out"), "--json") == (
        "privatelink plan --out 'my out' --json"
    )


@pytest.mark.parametrize(
    ("yes", "json_", "terminal", "refused"),
    [
        (True, False, False, False),
        (True, True, False, False),
        (False, False, True, False),
        (False, False, False, True),
        (False, True, True, True),
    ],
)
def test_a_question_needs_somebody_to_answer_it(
    yes: bool, json_: bool, terminal: bool, refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stack_runs, "at_a_terminal", lambda: terminal)
    if not refused:
        stack_runs.check_can_ask(yes, json_)
        return
    with pytest.raises(UserError, match="add --yes"):
        stack_runs.check_can_ask(yes, json_)


def test_a_state_in_another_backend_is_moved_first(shop: FakeStacks) -> None:
    kept = {"backend": {"type": "s3", "config": {"bucket": "states"}}}
    for name in SHOP:
        (shop.folder(name) / ".terraform").mkdir()
        (shop.folder(name) / ".terraform/terraform.tfstate").write_text(json.dumps(kept))
    ran = cli.run("plan")
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr.startswith(f"error: the backend of {', '.join(SHOP)} has changed")
    assert ran.stderr.splitlines()[1:] == [
        f"  terraform -chdir=cdktf.out/stacks/{name} init -migrate-state" for name in SHOP
    ]
    assert shop.log() == []
