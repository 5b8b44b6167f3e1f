"""`privatelink`: the list of subcommands, what is loaded for which, extras that are missing, exit codes."""

import importlib
import importlib.metadata
import importlib.util
import os
import subprocess
import sys

import pytest

from privatelink.cli import app
from tests.support.cli import run
from tests.support.project import PROJECT


def test_version_is_that_of_the_package() -> None:
    ran = run("--version")

    assert (ran.exit_code, ran.stdout) == (0, f"privatelink {importlib.metadata.version('privatelink')}\n")


@pytest.mark.parametrize("arguments", [["--help"], ["-h"]])
def test_the_help_lists_every_subcommand_and_the_exit_codes(arguments: list[str]) -> None:
    ran = run(*arguments)

    assert ran.exit_code == 0
    for name, (panel, text) in app.COMMANDS.items():
        assert f" {name} " in ran.stdout
        assert text.split(".")[0][:40] in ran.stdout
        assert panel in ran.stdout
    assert "130 interrupted" in " ".join(ran.stdout.split())


@pytest.mark.parametrize("name", app.COMMANDS)
def test_a_subcommand_says_in_the_list_what_its_own_help_begins_with(name: str) -> None:
    command = importlib.import_module(f"privatelink.cli.{name}").command

    (first, *_) = command.__doc__.split("\n\n")
    assert " ".join(first.split()).startswith(app.COMMANDS[name][1].rstrip(".").split(";")[0].split(":")[0])


@pytest.mark.parametrize("name", app.COMMANDS)
def test_a_subcommand_has_help(name: str) -> None:
    ran = run(name, "--help")

    assert (ran.exit_code, ran.stderr) == (0, "")
    assert f"Usage: privatelink {name}" in ran.stdout


def test_no_arguments_print_the_help() -> None:
    ran = run()

    assert ran.exit_code == 2
    assert "Usage: privatelink" in ran.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chek"], "did you mean check?"),
        (["nonsense-of-any-kind"], "allowed: init, check"),
        (["check", "--nonsense"], "--nonsense"),
        (["--nonsense"], "--nonsense"),
    ],
)
def test_a_wrong_command_line_exits_2(arguments: list[str], said: str) -> None:
    ran = run(*arguments)

    assert (ran.exit_code, ran.stdout) == (2, "")
    assert said in ran.stderr


@pytest.mark.parametrize(
    ("command", "missing", "extra"),
    [
        ("synth", {"jsii"}, "synth"),
        ("sandbox", {"moto"}, "sandbox"),
        ("demo", {"moto"}, "sandbox"),
        ("demo", {"moto", "jsii"}, "all"),
    ],
)
def test_a_missing_extra_is_named(
    command: str, missing: set[str], extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name in missing else find(name, *rest)
    )

    ran = run(command)

    assert (ran.exit_code, ran.stdout) == (2, "")
    assert f"pip install 'privatelink[{extra}]'" in ran.stderr


def test_a_crash_is_not_taken_for_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module("privatelink.cli.schema")
    monkeypatch.setattr(module.schema, "render", lambda: 1 / 0)

    ran = run("schema")

    assert ran.exit_code == 3
    assert "ZeroDivisionError" in ran.stderr


def test_the_help_loads_no_subcommand() -> None:
    code = (
        "import sys; from privatelink.cli.app import main\n"
        "main(['--help']); print(*sys.modules, file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    loaded = set(ran.stderr.split())
    assert not {f"privatelink.cli.{name}" for name in app.COMMANDS} & loaded
    assert not {"pydantic", "boto3", "jsii", "moto"} & loaded


def test_without_the_private_names_of_typer_it_converts_all_parameters() -> None:
    plan = PROJECT / "tests/data/plans/nothing-changes.json"
    code = (
        "import sys; sys.modules['privatelink.cli.plain_parameters'] = None\n"
        "from privatelink.cli.app import main\n"
        f"code = main(['review', {str(plan)!r}]); assert 'pydantic' in sys.modules; sys.exit(code)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("No finding in 1 plan")


@pytest.mark.parametrize(
    ("words", "expected"), [("privatelink che", "check"), ("privatelink check --js", "--json")]
)
def test_a_shell_completes_subcommands_and_options(words: str, expected: str) -> None:
    environment = os.environ | {
        "_PRIVATELINK_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    code = "import sys; from privatelink.cli.app import main; sys.exit(main())"
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )

    assert expected in ran.stdout.split()
