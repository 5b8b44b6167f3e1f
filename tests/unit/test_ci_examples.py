"""The action and docs/ci: they parse, call the review as it is, and hand no text of others to a shell."""

import json
import os
import re
import subprocess
import tomllib

import pytest
import yaml

from privatelink.cli.app import load
from privatelink.review.render_markdown import MARKER
from tests.support.plan_facts import ENDPOINT, as_document, change
from tests.support.plan_facts import FOLDER as PLANS
from tests.support.project import PROJECT

FOLDER = PROJECT / "docs" / "ci"
GITHUB, GITLAB, ATLANTIS = (
    yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    for name in ("github-actions.yml", "gitlab-ci.yml", "atlantis.yaml")
)
ACTION = yaml.safe_load((PROJECT / "action.yml").read_text(encoding="utf-8"))
JOB = GITHUB["jobs"]["review"]
STEPS = [*JOB["steps"], *ACTION["runs"]["steps"]]
SCRIPTS = [
    *(step["run"] for step in STEPS if "run" in step),
    *GITLAB["plan-review"]["script"],
    *(
        step["run"]["command"]
        for step in ATLANTIS["workflows"]["privatelink"]["plan"]["steps"]
        if "run" in step
    ),
]
(REVIEW,) = (step["run"] for step in ACTION["runs"]["steps"] if step.get("id") == "review")
(COMMENT,) = (step["run"] for step in ACTION["runs"]["steps"] if step.get("name") == "Comment")


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_is_one_that_a_shell_reads_and_has_nothing_put_into_it(script):
    read = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False)

    assert (read.returncode, read.stderr) == (0, "")
    assert "${{" not in script


def test_the_github_workflow_may_do_no_more_than_it_needs():
    assert GITHUB["permissions"] == {}
    assert JOB["permissions"] == {"contents": "read", "id-token": "write", "pull-requests": "write"}
    assert "secrets." not in (FOLDER / "github-actions.yml").read_text(encoding="utf-8")
    assert list(GITHUB[True]) == ["pull_request"]  # YAML reads `on` so; never pull_request_target


def test_other_peoples_actions_are_pinned_by_commit():
    used = [step["uses"] for step in STEPS if "uses" in step]

    assert len(used) == 9
    for action in used:
        assert re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}", action), action


def test_the_workflow_uses_the_action_with_inputs_and_outputs_that_it_has():
    (review,) = (step for step in JOB["steps"] if step.get("id") == "review")
    text = (FOLDER / "github-actions.yml").read_text(encoding="utf-8")

    assert review["with"].keys() <= ACTION["inputs"].keys()
    assert set(re.findall(r"steps\.review\.outputs\.([\w-]+)", text)) <= ACTION["outputs"].keys()
    assert [name for name, given in ACTION["inputs"].items() if given.get("required")] == ["plans"]


def test_the_page_lists_the_inputs_and_outputs_of_the_action():
    page = (PROJECT / "docs/ci.md").read_text(encoding="utf-8")
    github = page[page.index("## GitHub Actions") : page.index("## GitLab CI")]
    rows = re.findall(r"^\| (`.*?)\|", github, re.MULTILINE)

    assert set(re.findall(r"`([\w-]+)`", " ".join(rows))) == {*ACTION["inputs"], *ACTION["outputs"]}


def test_one_comment_is_found_again_by_the_marker_that_the_review_writes():
    assert MARKER in COMMENT
    assert sum(MARKER in script for script in SCRIPTS) == 2


def test_every_workflow_calls_the_review_with_options_that_it_has():
    options = {name for option in load("review").params for name in option.opts}
    calls = [line for script in SCRIPTS for line in script.split("\n\n") if "privatelink review" in line]

    assert len(calls) == 2
    assert '/privatelink" review' in REVIEW
    for call in [*(call[call.index("privatelink review") :].partition("||")[0] for call in calls), REVIEW]:
        for option in re.findall(r"(?<=[\s(\"])--[a-z-]+", call):
            assert option in options, option


def test_the_workflows_install_the_version_that_this_is():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    texts = [path.read_text(encoding="utf-8") for path in FOLDER.iterdir()]
    told = [each for text in texts for each in re.findall(r"synth\]==([\d.]+)|jsii-.*?([\d.]+)$", text, re.M)]

    assert {version for pair in told for version in pair if version} == {project["version"]}


class Runner:
    """The variables and files that GitHub's runner gives a step, and the privatelink of this checkout."""

    def __init__(self, folder):
        self.folder = folder
        self.outputs, self.summary = folder / "outputs", folder / "summary"
        (folder / "privatelink/bin").mkdir(parents=True)
        (folder / "privatelink/bin/privatelink").symlink_to(PROJECT / ".venv/bin/privatelink")

    def review(self, plans, policy="", **inputs):
        """Run the step as the runner does; return its outputs."""
        ran = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", REVIEW],
            cwd=self.folder,
            env=os.environ
            | {
                "PLANS": plans,
                "POLICY": policy,
                **inputs,
                "RUNNER_TEMP": str(self.folder),
                "GITHUB_OUTPUT": str(self.outputs),
                "GITHUB_STEP_SUMMARY": str(self.summary),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return dict(line.split("=", 1) for line in self.outputs.read_text().splitlines())


@pytest.fixture
def runner(tmp_path):
    return Runner(tmp_path)


def test_the_action_reviews_every_plan_and_writes_its_outputs(runner):
    other = runner.folder / "other plan.json"
    other.write_text(json.dumps(as_document()))

    said = runner.review(f"\n{other}\n{PLANS / 'listener-destroyed.json'}\n")

    assert said["exit-code"] == "1"
    assert said["verdict"].startswith("Do not apply: ")
    assert said["verdict"].endswith(" in 2 plans")
    assert (runner.folder / said["markdown"]).read_text() == runner.summary.read_text()
    written = json.loads((runner.folder / said["json"]).read_text())
    assert (written["verdict"], written["summary"]) == ("blocked", said["verdict"])
    assert json.loads((runner.folder / said["sarif"]).read_text())["version"] == "2.1.0"


def test_the_action_takes_a_policy(runner):
    policy = runner.folder / "policy.yaml"
    policy.write_text("severity: {listener-destroyed: note, path-broken: note}")

    assert runner.review(str(PLANS / "listener-destroyed.json"), str(policy))["exit-code"] == "0"


def test_the_action_takes_the_policy_of_another_commit(runner):
    def git(*arguments):
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
        subprocess.run(["git", *identity, *arguments], cwd=runner.folder, check=True, capture_output=True)

    plan, policy = str(PLANS / "listener-destroyed.json"), runner.folder / "review-policy.yaml"
    git("init", "--quiet")
    git("commit", "--quiet", "--allow-empty", "--message=base")
    policy.write_text("severity: {listener-destroyed: note, path-broken: note}")
    git("add", policy.name)
    git("commit", "--quiet", "--message=changed")

    assert runner.review(plan)["exit-code"] == "0"
    assert runner.review(plan, POLICY_FROM="HEAD^1")["exit-code"] == "1"
    assert runner.review(plan, POLICY_FROM="--help")["exit-code"] == "2"


def test_the_action_can_be_strict(runner):
    plan = runner.folder / "consumer.json"  # its service is in another workspace
    plan.write_text(json.dumps(as_document(change("aws_vpc_endpoint.e", ENDPOINT, ENDPOINT))))

    assert runner.review(str(plan), STRICT="false")["exit-code"] == "0"
    assert runner.review(str(plan), STRICT="true")["exit-code"] == "1"


def test_a_plan_that_cannot_be_read_is_2_without_a_verdict(runner):
    assert runner.review("missing.json").items() >= {("exit-code", "2"), ("verdict", "")}


@pytest.mark.parametrize(
    "name", ["$(touch injected)", "`touch injected`", "; touch injected", "--markdown=injected"]
)
def test_the_name_of_a_plan_is_no_command_and_no_option(name, runner):
    runner.review(name)

    assert not (runner.folder / "injected").exists()


def test_the_action_writes_one_comment_and_updates_it_later(tmp_path):
    """`gh` is a stand-in that says which comments are there, and notes what it is asked for."""
    gh = tmp_path / "gh"
    gh.write_text('#!/bin/sh\necho "$*" >>calls\ncase "$*" in *--paginate*) cat comments;; esac\n')
    gh.chmod(0o755)
    environment = os.environ | {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "BODY": "review.md",
        "COMMENTS": "repos/o/r/issues/7/comments",
        "COMMENT": "repos/o/r/issues/comments",
    }
    calls = []
    for comments in ("", "41\n42\n"):
        (tmp_path / "comments").write_text(comments)
        (tmp_path / "calls").unlink(missing_ok=True)
        subprocess.run(["bash", "-eo", "pipefail", "-c", COMMENT], cwd=tmp_path, env=environment, check=True)
        calls.append((tmp_path / "calls").read_text().splitlines()[-1])

    assert calls == [
        "api --silent repos/o/r/issues/7/comments --field body=@review.md",
        "api --silent --method PATCH repos/o/r/issues/comments/41 --field body=@review.md",
    ]
