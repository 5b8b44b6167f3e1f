"""The table of broken paths; each of them is run in `tests/e2e/test_verify.py`."""

import re

from typer import Typer
from typer.testing import CliRunner

from examples.broken import __main__ as cli
from examples.broken.lessons import BY_NAME, HERE, LESSONS, WALKTHROUGH
from examples.broken.scene import nothing
from privatelink.topology.file import load
from privatelink.topology.rules.endpoint import Endpoint
from privatelink.verify.check import BESIDE, HOPS

app = Typer()
app.command()(cli.main)


def test_every_hop_of_the_private_path_that_can_be_broken_alone_is():
    assert {lesson.hop for lesson in LESSONS} == {hop for hop in HOPS if hop not in BESIDE}
    assert len(BY_NAME) == len(LESSONS)


def test_a_broken_topology_is_the_walkthrough_but_for_one_field():
    walkthrough = load(WALKTHROUGH.topology).model_dump()
    wrong = [lesson.setting.topology for lesson in LESSONS if lesson.damage is nothing]
    assert wrong
    for path in wrong:
        changed = load(path).model_dump()
        assert changed != walkthrough
        # The walkthrough has the default endpoint, and so no field for it.
        endpoint = changed["consumers"]["client"]["endpoint"]
        assert endpoint | {"allow_from": None} == Endpoint().model_dump(), path
        changed["consumers"]["client"]["endpoint"] = walkthrough["consumers"]["client"]["endpoint"]
        assert changed == walkthrough, path


def test_every_topology_here_is_that_of_a_lesson():
    used = {lesson.setting.topology for lesson in LESSONS} - {WALKTHROUGH.topology}
    assert used == set(HERE.glob("*.yaml"))


def test_the_readme_lists_every_lesson():
    listed = re.findall(r"^\| `([a-z-]+)` \|", (HERE / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == list(BY_NAME)


def test_lessons_are_listed():
    result = CliRunner().invoke(app, [])
    assert result.exit_code == 0
    assert all(name in result.output for name in BY_NAME)


def test_an_unknown_lesson_is_refused():
    result = CliRunner().invoke(app, ["nonsense"])
    assert result.exit_code == 2
    assert "no such lesson: nonsense; allowed: rejected, dns-hostnames-off" in result.output
