"""`privatelink draw`."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support.cli import run
from tests.support.project import PROJECT

WALKTHROUGH = PROJECT / "topology.yaml"


def test_the_readmes_picture_is_what_the_command_writes() -> None:
    ran = run("draw", WALKTHROUGH, "--svg")
    assert (ran.exit_code, ran.stderr) == (0, "")
    committed = (PROJECT / "docs/walkthrough.svg").read_text(encoding="utf-8")
    assert ran.stdout == committed, "fix: privatelink draw topology.yaml --output docs/walkthrough.svg"


def test_without_a_format_it_is_text() -> None:
    ran = run("draw", WALKTHROUGH)
    assert ran.exit_code == 0
    assert ran.stdout.startswith("zigispace: 1 endpoint service, 1 service consumer\n├── ")


def test_mermaid() -> None:
    ran = run("draw", WALKTHROUGH, "--mermaid")
    assert ran.exit_code == 0
    assert ran.stdout.startswith("flowchart LR\n")


@pytest.mark.parametrize(
    ("name", "options", "start"),
    [
        ("a.svg", (), "<svg"),
        ("a.SVG", (), "<svg"),
        ("a.mmd", (), "flowchart"),
        ("a.mermaid", (), "flowchart"),
        ("a.txt", (), "zigispace"),
        ("a.svg", ("--mermaid",), "flowchart"),
    ],
)
def test_the_name_of_the_output_decides_the_format(
    tmp_path: Path, name: str, options: tuple[str, ...], start: str
) -> None:
    ran = run("draw", WALKTHROUGH, "--output", tmp_path / name, *options)
    assert (ran.exit_code, ran.output) == (0, "")
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)


def test_two_formats_are_refused() -> None:
    ran = run("draw", WALKTHROUGH, "--svg", "--mermaid")
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr.startswith("error: --svg and --mermaid cannot be used together; remove one of them")


def test_a_wrong_topology_draws_nothing(tmp_path: Path) -> None:
    wrong, out = tmp_path / "wrong.yaml", tmp_path / "out.svg"
    wrong.write_text("name: x\n")
    ran = run("draw", wrong, "--output", out)
    assert (ran.exit_code, ran.stdout, out.exists()) == (2, "", False)
    assert "neither a service nor consumers" in ran.stderr


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    ran = run("draw", WALKTHROUGH, "--output", tmp_path / "nowhere" / "a.svg")
    assert ran.exit_code == 2
    assert "nowhere" in ran.stderr


def test_the_topology_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIVATELINK_TOPOLOGY", str(PROJECT / "examples/services.yaml"))
    ran = run("draw", "--svg")
    assert ElementTree.fromstring(ran.stdout)[0].text == "mall: AWS PrivateLink topology"
