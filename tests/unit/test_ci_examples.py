"""The workflows of docs/ci: they parse, call the review as it is, and hand no text of others to a shell."""

import re
import subprocess

import pytest
import yaml

from privatelink.review.render_markdown import MARKER
from tests.support.project import PROJECT

FOLDER = PROJECT / "docs" / "ci"
GITHUB, GITLAB, ATLANTIS = (
    yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    for name in ("github-actions.yml", "gitlab-ci.yml", "atlantis.yaml")
)
STEPS = GITHUB["jobs"]["review"]["steps"]
SCRIPTS = [
    *(step["run"] for step in STEPS if "run" in step),
    *GITLAB["plan-review"]["script"],
    *(
        step["run"]["command"]
        for step in ATLANTIS["workflows"]["privatelink"]["plan"]["steps"]
        if "run" in step
    ),
]


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_is_one_that_a_shell_reads_and_has_nothing_put_into_it(script):
    read = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False)

    assert (read.returncode, read.stderr) == (0, "")
    assert "${{" not in script


def test_the_github_workflow_may_do_no_more_than_it_needs():
    assert GITHUB["permissions"] == {"contents": "read", "id-token": "write", "pull-requests": "write"}
    assert "secrets." not in (FOLDER / "github-actions.yml").read_text(encoding="utf-8")
    assert list(GITHUB[True]) == ["pull_request"]  # YAML reads `on` so; never pull_request_target


def test_one_comment_is_found_again_by_the_marker_that_the_review_writes():
    assert sum(MARKER in script for script in SCRIPTS) == 2


def test_every_workflow_calls_the_review_with_options_that_it_has():
    said = subprocess.run(
        [PROJECT / ".venv/bin/python", "-m", "privatelink", "review", "--help"],
        cwd=PROJECT, capture_output=True, text=True, check=True, env={"COLUMNS": "200", "NO_COLOR": "1"},
    ).stdout  # fmt: skip
    calls = [line for script in SCRIPTS for line in script.split("\n\n") if "privatelink review" in line]

    assert len(calls) == 3
    for call in calls:
        review = call[call.index("privatelink review") :].partition("||")[0]
        for option in re.findall(r"--[a-z]+", review):
            assert option in said, option
