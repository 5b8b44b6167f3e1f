"""Which binary is run, and which is refused."""

import re
from pathlib import Path

import pytest

from privatelink.terraform.binary import Choice, TerraformMissingError, find_binary
from privatelink.terraform.root import TerraformRoot
from tests.support.fake_terraform import fake_binary, fake_terraform


def test_terraform_missing(tmp_path: Path) -> None:
    with pytest.raises(
        TerraformMissingError, match=r'no "terraform" on PATH; install Terraform 1\.9 or newer.*https://'
    ):
        TerraformRoot(tmp_path, {"PATH": str(tmp_path)}).init()


@pytest.mark.parametrize("version", ["1.8.5", "0.15.0"])
def test_terraform_too_old(tmp_path: Path, version: str) -> None:
    environment = fake_terraform(tmp_path, f"""echo '{{"terraform_version": "{version}"}}'""")
    with pytest.raises(
        TerraformMissingError, match=rf"is Terraform {version}; install 1\.9 or newer: https://"
    ):
        TerraformRoot(tmp_path, environment).init()


@pytest.mark.parametrize(
    "answer", ["echo hello", "exit 1", "echo '[]'", "echo '{\"terraform_version\": null}'"]
)
def test_terraform_that_tells_no_version(tmp_path: Path, answer: str) -> None:
    with pytest.raises(TerraformMissingError, match=r"install .*1\.9 or newer"):
        TerraformRoot(tmp_path, fake_terraform(tmp_path, answer)).init()


def test_the_binary_cdktf_would_run_is_run(tmp_path: Path) -> None:
    with pytest.raises(
        TerraformMissingError,
        match=r'^TERRAFORM_BINARY_NAME is "tofu-elsewhere", but no "tofu-elsewhere" is on PATH',
    ):
        TerraformRoot(tmp_path, {"PATH": "/bin", "TERRAFORM_BINARY_NAME": "tofu-elsewhere"}).init()


def tofu(directory: Path, version: str = "1.10.6") -> Path:
    return fake_binary(directory / "tofu", f"""echo '{{"terraform_version": "{version}"}}'""")


def test_opentofu_by_its_name_and_by_its_path(tmp_path: Path) -> None:
    binary = tofu(tmp_path)
    on_path = {"PATH": f"{tmp_path}:/bin", "PRIVATELINK_TERRAFORM": "tofu"}
    elsewhere = {"PATH": "/bin", "PRIVATELINK_TERRAFORM": str(binary)}
    for environment in (on_path, elsewhere):
        assert find_binary(environment, tmp_path) == str(binary)


def test_a_path_is_relative_to_this_program_not_to_the_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "root").mkdir()
    binary = tofu(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert find_binary({"PRIVATELINK_TERRAFORM": "./tofu"}, tmp_path / "root") == str(binary)


def test_our_variable_is_before_cdktfs(tmp_path: Path) -> None:
    environment = {
        "PATH": "/bin",
        "PRIVATELINK_TERRAFORM": str(tofu(tmp_path)),
        "TERRAFORM_BINARY_NAME": "terraform-elsewhere",
    }
    assert find_binary(environment, tmp_path) == str(tmp_path / "tofu")


def test_a_choice_is_before_the_environments(tmp_path: Path) -> None:
    environment = {"PATH": "/bin", "PRIVATELINK_TERRAFORM": "elsewhere"}
    chosen = Choice(str(tofu(tmp_path)), "--terraform")
    assert find_binary(environment, tmp_path, chosen) == str(tmp_path / "tofu")


@pytest.mark.parametrize("setting", ["PRIVATELINK_TERRAFORM", "TERRAFORM_BINARY_NAME", "--terraform"])
def test_the_setting_is_named_that_names_what_is_not_there(tmp_path: Path, setting: str) -> None:
    name = str(tmp_path / "nowhere" / "tofu")
    option = setting == "--terraform"
    environment = {"PATH": "/bin"} if option else {"PATH": "/bin", setting: name}
    with pytest.raises(TerraformMissingError) as caught:
        find_binary(environment, tmp_path, Choice(name, setting) if option else None)
    assert str(caught.value) == (
        f'{setting} is "{name}", but that file does not exist or is not executable; allowed: the path of '
        "Terraform or OpenTofu 1.9 or newer, or its name on PATH"
    )


def test_the_setting_is_named_that_names_what_is_too_old(tmp_path: Path) -> None:
    environment = {"PATH": "/bin", "PRIVATELINK_TERRAFORM": str(tofu(tmp_path, "1.8.9"))}
    wanted = f"{tmp_path / 'tofu'} (PRIVATELINK_TERRAFORM names it) is OpenTofu 1.8.9; install 1.9 or newer"
    with pytest.raises(TerraformMissingError, match=re.escape(wanted)):
        find_binary(environment, tmp_path)


def test_a_binary_that_does_not_answer_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("privatelink.terraform.binary._VERSION_SECONDS", 0.1)
    with pytest.raises(TerraformMissingError, match="does not print a version"):
        find_binary(fake_terraform(tmp_path, "exec sleep 60"), tmp_path)
