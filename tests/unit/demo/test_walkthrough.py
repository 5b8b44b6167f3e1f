"""One run of the walkthrough: the order of its stacks, and what a second plan may say."""

import io
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from rich.console import Console

from privatelink.demo import walkthrough as module
from privatelink.demo.walkthrough import Walkthrough
from privatelink.errors import UserError


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    """No progress on the console."""

    @contextmanager
    def progress(*_):
        yield lambda _: None

    monkeypatch.setattr(module, "progress", progress)


def stack(name, side, done, clean=True):
    plan = SimpleNamespace(clean=clean, changes=[{"address": "aws_lb.x"}], output_changes={}, summary="1")
    root = SimpleNamespace(
        destroy=lambda on_event: done.append(f"destroy {name}"), plan=lambda on_event: plan
    )
    return SimpleNamespace(name=name, side=side, root=root)


def walkthrough(tmp_path, stacks):
    out = io.StringIO()
    made = Walkthrough(tmp_path, None, Console(file=out, width=120))
    made.stacks = stacks
    return made, out


def test_stacks_are_known_by_their_sides(tmp_path):
    stacks = [stack(side, side, []) for side in ("provider", "consumer", "acceptance")]
    made, _ = walkthrough(tmp_path, stacks)

    assert (made.provider, made.consumers, made.acceptance) == (stacks[0], [stacks[1]], stacks[2])
    assert made.out_dir == tmp_path / "cdktf.out"


def test_what_depends_on_another_is_destroyed_before_it(tmp_path):
    done = []
    made, _ = walkthrough(tmp_path, [stack("a", "provider", done), stack("b", "consumer", done)])

    made.destroy()

    assert done == ["destroy b", "destroy a"]


def test_a_second_plan_without_changes_is_said(tmp_path):
    made, out = walkthrough(tmp_path, [stack("shop-provider", "provider", [])])

    made._plan_again()

    assert "shop-provider: No changes" in out.getvalue()


def test_a_second_plan_that_would_change_something_fails(tmp_path):
    made, _ = walkthrough(tmp_path, [stack("shop-provider", "provider", [], clean=False)])

    with pytest.raises(UserError, match=r"second plan of shop-provider would change aws_lb\.x"):
        made._plan_again()
