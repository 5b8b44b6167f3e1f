"""The command line: exit codes, files, folders, errors without a traceback."""

import json
import os
import subprocess
import sys
from collections import Counter

import pytest

from privatelink.cli import review
from privatelink.review import ask
from privatelink.review.live import Live
from tests.support import cli
from tests.support.plan_facts import FOLDER, as_document
from tests.support.project import PROJECT
from tests.support.review_fuzz import SMALL, case

RENAMED, NOTHING = FOLDER / "load-balancer-renamed.json", FOLDER / "nothing-changes.json"


def run(*arguments):
    return cli.run("review", *arguments)


def run_for_real(*arguments, cwd=PROJECT):
    return subprocess.run(
        [sys.executable, "-m", "privatelink", "review", *map(str, arguments)],
        cwd=cwd,
        env=os.environ | {"NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_review_without_a_policy_into_a_log_loads_no_package_that_it_does_not_use():
    code = (
        "import sys; from privatelink.cli.app import main\n"
        f"main(['review', {str(NOTHING)!r}]); print(*sys.modules, file=sys.stderr)"
    )
    environment = {name: text for name, text in os.environ.items() if name not in review._COLORS}
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )

    loaded = set(ran.stderr.split())
    assert "privatelink.review.findings" in loaded
    assert not {"pydantic", "yaml", "boto3", "rich", "privatelink.terraform.root"} & loaded


@pytest.mark.parametrize(("value", "colored"), [("1", True), ("", False)])
def test_a_log_has_colors_if_they_are_forced(value, colored):
    environment = {name: text for name, text in os.environ.items() if name != "NO_COLOR"}
    ran = subprocess.run(
        [sys.executable, "-m", "privatelink", "review", NOTHING],
        env=environment | {"FORCE_COLOR": value, "TERM": "xterm"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.stdout.startswith("\x1b[" if colored else "No finding in 1 plan\n")


def test_a_blocking_finding_exits_with_1_and_writes_every_format(tmp_path):
    files = {name: tmp_path / name for name in ("markdown", "json", "sarif")}
    options = [f"--{name}={path}" for name, path in files.items()]

    other = tmp_path / "other.json"
    other.write_text(json.dumps(as_document()))

    ran = run_for_real(RENAMED, other, *options, "--annotations")

    assert (ran.returncode, ran.stderr) == (1, "")
    assert ran.stdout.startswith("Do not apply: 1 blocking in 2 plans\n")
    assert "name: shop → shop-2" in ran.stdout
    assert "::error title=load-balancer-replaced%3A aws_lb.shop::" in ran.stdout
    assert files["markdown"].read_text().startswith("**Do not apply: 1 blocking in 2 plans**\n")
    assert json.loads(files["json"].read_text())["exit_code"] == 1
    assert (
        json.loads(files["sarif"].read_text())["runs"][0]["results"][0]["ruleId"] == "load-balancer-replaced"
    )


def test_aws_is_asked_only_with_live(monkeypatch):
    asked = []

    def answer(plans, region, profile):
        asked.append(([plan.stack for plan in plans], region, profile))
        return Live({"vpce-svc-1": []}, notes=["AWS was not asked"])

    monkeypatch.setattr(ask, "ask", answer)

    assert run(NOTHING).exit_code == 0
    assert asked == []
    ran = run(NOTHING, "--live", "--region=eu-west-1", "--profile=shop")
    assert asked == [(["nothing-changes"], "eu-west-1", "shop")]
    assert ran.stderr.splitlines() == ["AWS was not asked", "vpce-svc-1 has no connections now"]


def test_a_policy_beside_the_command_is_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "review-policy.yaml").write_text("severity: {load-balancer-replaced: note}")

    ran = run(RENAMED, "--json=-")

    assert ran.exit_code == 0
    assert json.loads(ran.stdout)["findings"][0]["severity"] == "note"


def test_the_stacks_of_an_output_folder_are_called_by_their_names(tmp_path):
    manifest = {"stacks": {name: {"workingDirectory": f"stacks/{name}"} for name in ("shop-a", "shop-b")}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    for name in manifest["stacks"]:
        folder = tmp_path / "stacks" / name
        folder.mkdir(parents=True)
        (folder / "plan.json").write_text(json.dumps(as_document()))

    ran = run(tmp_path, "--json=-")

    assert ran.exit_code == 0
    assert [plan["stack"] for plan in json.loads(ran.stdout)["plans"]] == ["shop-a", "shop-b"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.json"], "error: nowhere.json: cannot be read: No such file or directory"),
        (["README.md"], "error: README.md: is not JSON"),
        (["docs/ci"], "error: docs/ci: has no plan: neither manifest.json, nor a file that ends with"),
        ([NOTHING, NOTHING], "error: two plans are called nothing-changes"),
        ([NOTHING, RENAMED], "error: nothing-changes and load-balancer-renamed both have aws_lb.legacy"),
        (
            [NOTHING, "--markdown=-", "--json=-"],
            "error: only one of --markdown, --json and --sarif can be `-` (standard output)",
        ),
        ([NOTHING, "--policy=nowhere.yaml"], "error: nowhere.yaml: cannot be read"),
        ([NOTHING, "--json=nowhere/at/all.json"], "error: "),
        ([], "Usage"),
    ],
)
def test_bad_input_exits_with_2_and_says_what_to_do(arguments, said, monkeypatch):
    monkeypatch.chdir(PROJECT)
    ran = run(*arguments)

    assert ran.exit_code == 2
    assert ran.stderr.strip().startswith(said)
    assert "Traceback" not in ran.stderr
    assert ran.stdout == ""


def test_mutated_plans_and_policies_are_reviewed_or_refused_and_never_a_fault(tmp_path):
    plan, policy = tmp_path / "plan.json", tmp_path / "policy.yaml"
    outputs = [f"--{name}={tmp_path / name}" for name in ("markdown", "json", "sarif")]
    ended = Counter()
    for number in range(150):
        contents = case(number, bases=[SMALL])
        for path, content in zip((plan, policy), contents, strict=True):
            path.write_bytes(content)

        ran = run(plan, "--annotations", *outputs, f"--policy={policy}")

        assert ran.exit_code in (0, 1, 2), contents
        assert "Traceback" not in ran.output, contents
        assert (ran.exit_code == 2) == bool(ran.stderr), contents
        ended[ran.exit_code] += 1
    # Enough of them get past the reading.
    assert ended[2] > 40
    assert ended[0] + ended[1] > 40


def test_a_file_whose_name_is_no_text_is_reviewed(tmp_path):
    path = os.fsencode(tmp_path) + b"/a\xff.json"
    with open(path, "wb") as stream:  # noqa: PTH123 - no Path has such a name on every system
        stream.write(RENAMED.read_bytes())

    ran = run(os.fsdecode(path), f"--sarif={tmp_path / 'sarif'}", f"--json={tmp_path / 'json'}")

    assert (ran.exit_code, ran.stderr) == (1, "")
    assert json.loads((tmp_path / "json").read_text())["plans"][0]["stack"] == "a?"
