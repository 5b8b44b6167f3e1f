"""Terraform and its AWS provider."""

from pathlib import Path

import pytest

from privatelink.doctor.terraform import binary, provider
from privatelink.terraform.mirror import PROVIDER, this_platform
from tests.support.fake_terraform import fake_binary, fake_terraform


def test_the_version_and_the_path(tmp_path: Path) -> None:
    found = binary(fake_terraform(tmp_path, """echo '{"terraform_version": "1.11.4"}'"""))
    assert (found.name, found.state) == ("Terraform", "ok")
    assert found.found == f"1.11.4, {tmp_path / 'terraform'}"
    assert "apply" in found.needed_for


def test_opentofu_that_is_named(tmp_path: Path) -> None:
    tofu = fake_binary(tmp_path / "tofu", """echo '{"terraform_version": "1.10.6"}'""")
    found = binary({"PATH": "/bin", "PRIVATELINK_TERRAFORM": str(tofu)})
    assert (found.name, found.state) == ("OpenTofu", "ok")


def test_terraform_does_not_ask_the_network_for_a_newer_version(tmp_path: Path) -> None:
    answer = """[ "$CHECKPOINT_DISABLE" = 1 ] && echo '{"terraform_version": "1.11.4"}'"""
    assert binary(fake_terraform(tmp_path, answer)).state == "ok"


def test_no_terraform(tmp_path: Path) -> None:
    found = binary({"PATH": str(tmp_path)})
    assert (found.state, found.found) == ("missing", 'no "terraform" on PATH')
    assert "1.9 or newer" in found.fix


def test_an_old_terraform(tmp_path: Path) -> None:
    found = binary(fake_terraform(tmp_path, """echo '{"terraform_version": "1.5.7"}'"""))
    assert (found.state, found.fix.startswith("install 1.9 or newer")) == ("missing", True)


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    folder = tmp_path / "mirror" / PROVIDER / "5.100.0" / this_platform()
    folder.mkdir(parents=True)
    (folder / "terraform-provider-aws_v5.100.0_x5").touch()
    return tmp_path / "mirror"


def test_a_mirror(tmp_path: Path, mirror: Path) -> None:
    found = provider({"HOME": str(tmp_path), "TF_PLUGIN_MIRROR": str(mirror)}, ())
    assert (found.state, found.found) == ("ok", f"5.100.0 in the mirror {mirror}")


def test_no_mirror(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), "XDG_DATA_DIRS": str(tmp_path)}
    found = provider(environment, ())
    assert found.state == "ok"
    assert found.found.startswith("no mirror: `terraform init` downloads it")


def test_a_mirror_that_is_none(tmp_path: Path) -> None:
    found = provider({"HOME": str(tmp_path), "TF_PLUGIN_MIRROR": str(tmp_path / "nowhere")}, ())
    assert (found.state, found.found) == (
        "missing",
        f'TF_PLUGIN_MIRROR is "{tmp_path / "nowhere"}", but that directory does not exist',
    )
    assert "unset TF_PLUGIN_MIRROR" in found.fix


def test_a_configuration_of_the_users_own_is_in_charge(tmp_path: Path, mirror: Path) -> None:
    (tmp_path / ".terraformrc").touch()
    found = provider({"HOME": str(tmp_path)}, (mirror,))
    assert (found.state, found.found) == ("ok", f"configured in {tmp_path / '.terraformrc'}")


def test_a_configuration_that_is_not_there(tmp_path: Path) -> None:
    nowhere = str(tmp_path / "nowhere.tfrc")
    environment = {"HOME": str(tmp_path), "XDG_DATA_DIRS": str(tmp_path), "TF_CLI_CONFIG_FILE": nowhere}
    found = provider(environment, ())
    assert (found.state, found.fix) == ("warning", "correct it, or unset TF_CLI_CONFIG_FILE")
    assert nowhere in found.found
