"""`privatelink init`: from options, from questions, and never over a file that is there."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest

from privatelink.topology.file import load
from tests.support.cli import run
from tests.support.project import PROJECT

SERVICE = (
    "--kind", "service", "--name", "shop", "--region", "ap-northeast-2", "--vpc-id", "vpc-0a1b2c3d4e5f60001",
    "--subnet", "ap-northeast-2a=subnet-0a1b2c3d4e5f6000a",
    "--subnet", "ap-northeast-2c=subnet-0a1b2c3d4e5f6000c",
    "--security-group", "sg-0a1b2c3d4e5f60001",
)  # fmt: skip
CONSUMER = (
    "--kind", "consumer", "--name", "web", "--port", "443",
    "--service-name", "com.amazonaws.vpce.eu-central-1.vpce-svc-0123456789abcdef0",
)  # fmt: skip
WHOLE = {
    "instances": (*SERVICE, "--instance", "blue=i-0a1b2c3d4e5f6000a", "--account", "111122223333"),
    "addresses": (*SERVICE, "--address", "one=10.0.0.5,two=10.0.1.5", "--target-port", "8443"),
    "new vpc": (*CONSUMER, "--zones", "eu-central-1a,eu-central-1b"),
    "existing vpc": (
        *CONSUMER, "--vpc-id", "vpc-0a1b2c3d4e5f60002", "--subnet", "eu-central-1a=subnet-0a1b2c3d4e5f6002a",
    ),
    "endpoints": (
        "--kind", "endpoints", "--name", "private", "--zones", "us-east-1a,us-east-1b",
        "--endpoint", "ssm=com.amazonaws.us-east-1.ssm", "--endpoint", "logs=com.amazonaws.us-east-1.logs",
    ),
    "endpoints to other owners, in an existing vpc": (
        "--kind", "endpoints", "--name", "private", "--region", "us-east-1", "--port", "443",
        "--endpoint", "partner=com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0",
        "--vpc-id", "vpc-0a1b2c3d4e5f60002", "--subnet", "us-east-1a=subnet-0a1b2c3d4e5f6002a",
    ),
    "both": ("--kind", "both", "--name", "pair", "--region", "us-east-1", "--zones", "use1-az1,use1-az2"),
    "walkthrough": ("--kind", "walkthrough"),
    "walkthrough elsewhere": ("--kind", "walkthrough", "--region", "eu-west-1"),
}  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "topology.yaml"


@pytest.mark.parametrize("options", WHOLE.values(), ids=WHOLE)
def test_what_it_writes_passes_check_without_a_warning(file: Path, options: Sequence[str]) -> None:
    ran = run("init", file, *options)
    assert (ran.exit_code, ran.stderr) == (0, "")
    checked = run("check", file)
    assert (checked.exit_code, checked.stderr) == (0, "")
    assert ran.stdout.startswith(f"wrote {file}\nnext:\n  privatelink check {file} ")


def test_the_walkthrough_is_that_of_the_project(file: Path) -> None:
    run("init", file, *WHOLE["walkthrough"])
    assert load(file) == load(PROJECT / "topology.yaml")


def test_the_default_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PRIVATELINK_TOPOLOGY", raising=False)
    ran = run("init", *WHOLE["both"])
    assert ran.stdout == (
        "wrote topology.yaml\n"
        "next:\n"
        "  privatelink check   check the file\n"
        "  privatelink draw    draw the topology\n"
        "  privatelink synth   generate the Terraform\n"
    )
    assert (tmp_path / "topology.yaml").is_file()


def test_warnings_are_shown(file: Path) -> None:
    ran = run("init", file, "--kind", "both", "--name", "x", "--region", "us-east-1", "--zones", "us-east-1a")
    assert ran.exit_code == 0
    assert "[one-zone]" in ran.stderr


# ---- without a terminal


def test_the_options_that_are_missing_are_named_all_at_once(file: Path) -> None:
    ran = run("init", file, "--kind", "service", "--name", "shop")
    assert (ran.exit_code, ran.stdout, file.exists()) == (2, "", False)
    assert ran.stderr == (
        "error: options are missing; add:\n"
        "  --region REGION\n"
        "  --vpc-id vpc-…\n"
        "  --subnet ZONE=subnet-…\n"
        "  --address KEY=IP (or --instance KEY=i-…)\n"
    )


def test_the_kind_is_missing(file: Path) -> None:
    ran = run("init", file)
    assert ran.exit_code == 2
    assert ran.stderr.startswith(
        "error: no --kind\n  allowed: service, consumer, endpoints, both, walkthrough\n"
    )


def test_an_unknown_kind(file: Path) -> None:
    assert run("init", file, "--kind", "x").stderr.startswith('error: unknown kind: "x"\n')


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--kind", "both", "--name", "X"), 'error: --name: malformed name: "X" [name]\n  allowed: '),
        (
            ("--kind", "both", "--vpc-id", "x"),
            "error: --vpc-id is not used by --kind both; allowed: ",
        ),
        ((*CONSUMER, "--subnet", "a=b"), "error: --subnet is used only with --vpc-id; remove it"),
        ((*WHOLE["existing vpc"], "--zones", "x"), "error: --zones is used only without --vpc-id; remove it"),
        (
            (*WHOLE["instances"], "--address", "a=10.0.0.1"),
            "error: --address: targets must be of exactly one type [target-type]\n  allowed: ",
        ),
    ],
)
def test_a_wrong_option_writes_nothing(file: Path, options: Sequence[str], message: str) -> None:
    ran = run("init", file, *options)
    assert (ran.exit_code, ran.stdout, file.exists()) == (2, "", False)
    assert ran.stderr.startswith(message)


# ---- a file that is there


def test_a_file_is_not_overwritten(file: Path) -> None:
    file.write_text("mine")
    ran = run("init", file, *WHOLE["both"])
    assert (ran.exit_code, file.read_text()) == (2, "mine")
    assert ran.stderr == (f"error: {file} exists; name another file, or overwrite it with --force\n")


def test_it_is_with_force(file: Path) -> None:
    file.write_text("mine")
    assert run("init", file, *WHOLE["both"], "--force").exit_code == 0
    assert load(file).name == "pair"


@pytest.mark.parametrize(("answer", "kept"), [("n\n", True), ("\n", True), ("y\n", False)])
def test_a_terminal_asks_before_it_overwrites(file: Path, answer: str, kept: bool) -> None:
    file.write_text("mine")
    ran = run("init", file, "--kind", "walkthrough", answers=answer, terminal=True)
    assert ran.exit_code == 0
    assert (file.read_text() == "mine") is kept
    assert ("nothing was written" in ran.stderr) is kept


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("mine")

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "topology.yaml")

    monkeypatch.setattr(Path, "replace", fail)
    ran = run("init", file, *WHOLE["both"], "--force")
    assert (ran.exit_code, ran.stderr) == (2, f"error: cannot write '{file}': No space left on device\n")
    assert [*file.parent.iterdir()] == [file]
    assert file.read_text() == "mine"


def test_the_file_has_the_users_usual_permissions(file: Path) -> None:
    before = os.umask(0o022)
    try:
        run("init", file, *WHOLE["both"])
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o644


# ---- on a terminal


def test_questions_for_a_service(file: Path) -> None:
    answers = [
        "service", "shop", "eu-west-1", "vpc-0a1b2c3d",
        "eu-west-1a=subnet-0a1b2c3d, eu-west-1b=subnet-0a1b2c3e",
        "", "one=10.0.0.5", "sg-0a1b2c3d", "", "8080", "111122223333",
    ]  # fmt: skip
    ran = run("init", file, answers="\n".join([*answers, ""]), terminal=True)
    assert ran.exit_code == 0
    service = load(file).service
    assert service is not None
    assert service.targets is not None
    assert service.targets.ids == {"one": "10.0.0.5"}
    assert (service.listeners[0].port, service.listeners[0].target_port) == (80, 8080)
    assert service.allowed_principals == ("arn:aws:iam::111122223333:root",)
    assert "TCP port of the service [80]: " in ran.stderr
    assert "wrote" not in ran.stderr


def test_only_what_no_option_says_is_asked(file: Path) -> None:
    ran = run("init", file, *CONSUMER, answers="\n\neu-central-1a\n", terminal=True)
    assert ran.exit_code == 0
    assert ran.stderr == (
        "VPC ID of the endpoint (empty: create a VPC): "
        "CIDR of the VPC [10.20.0.0/16]: "
        "Availability Zones, as names or AZ IDs separated by commas (two are recommended): "
    )
    consumer = load(file).consumers["client"]
    assert (str(consumer.network.cidr), consumer.network.zones) == ("10.20.0.0/16", ("eu-central-1a",))


def test_a_wrong_answer_is_refused_and_asked_again(file: Path) -> None:
    answers = "nonsense\nboth\nX\n\nshop\nus-east-1\neu-west-1a\nus-east-1a,us-east-1b\n\n\n\n"
    ran = run("init", file, answers=answers, terminal=True)
    assert ran.exit_code == 0
    assert 'unknown kind: "nonsense"' in ran.stderr
    assert 'malformed name: "X" [name]\n  allowed: ' in ran.stderr
    assert "an answer is required" in ran.stderr
    assert 'zone of another Region: "eu-west-1a" [zone-region]\n  allowed: ' in ran.stderr
    assert load(file).name == "shop"


def test_with_yes_a_terminal_asks_nothing(file: Path) -> None:
    ran = run("init", file, "--kind", "service", "--yes", terminal=True)
    assert ran.exit_code == 2
    assert "--region REGION" in ran.stderr


def test_the_end_of_the_answers_is_an_interruption(file: Path) -> None:
    ran = run("init", file, answers="both\nshop\n", terminal=True)
    assert (ran.exit_code, file.exists()) == (130, False)
