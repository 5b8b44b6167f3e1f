"""Terraform's environment: quiet, a mirror where there is one, the user's own configuration in charge."""

import shlex
from pathlib import Path

import pytest

import privatelink.terraform.environment
from privatelink.terraform.environment import shell_lines, terraform_environment
from privatelink.terraform.mirror import MirrorError


@pytest.fixture
def base(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "home").mkdir()
    return {"HOME": str(tmp_path / "home"), "PATH": "/bin"}


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only mirror that is found, whatever this machine has."""
    path = tmp_path / "a mirror"
    monkeypatch.setattr(privatelink.terraform.environment, "find_mirror", lambda _environment: path)
    return path


@pytest.fixture
def no_mirror(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(privatelink.terraform.environment, "find_mirror", lambda _environment: None)


@pytest.mark.usefixtures("no_mirror")
def test_without_a_mirror_only_quiet(tmp_path: Path, base: dict[str, str]) -> None:
    work = tmp_path / "work"
    assert terraform_environment(work, base) == {
        **base,
        "CHECKPOINT_DISABLE": "1",
        "GOGC": "400",
        "TF_IN_AUTOMATION": "1",
    }
    assert not work.exists()


def test_mirror_is_written_into_a_configuration(tmp_path: Path, base: dict[str, str], mirror: Path) -> None:
    environment = terraform_environment(tmp_path / "deep/down", base)

    config = Path(environment["TF_CLI_CONFIG_FILE"])
    assert config == tmp_path / "deep/down/terraform.rc"
    assert f'path    = "{mirror}"' in config.read_text()
    assert config.read_text().count('["registry.terraform.io/hashicorp/aws"]') == 2
    # A path with a space has to survive Terraform's own splitting of the variable.
    assert shlex.split(environment["TF_CLI_ARGS_providers_lock"]) == [f"-fs-mirror={mirror}"]
    assert [entry.name for entry in config.parent.iterdir()] == ["terraform.rc"]


@pytest.mark.usefixtures("mirror")
def test_the_base_is_left_alone(tmp_path: Path, base: dict[str, str]) -> None:
    before = dict(base)
    terraform_environment(tmp_path, base)
    assert base == before


@pytest.mark.usefixtures("mirror")
def test_relative_work_dir_gives_an_absolute_path(
    tmp_path: Path, base: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert terraform_environment(Path("w"), base)["TF_CLI_CONFIG_FILE"] == str(tmp_path / "w/terraform.rc")


@pytest.mark.usefixtures("no_mirror")
def test_a_configuration_that_points_nowhere_is_dropped(tmp_path: Path, base: dict[str, str]) -> None:
    base["TF_CLI_CONFIG_FILE"] = str(tmp_path / "nowhere")
    assert "TF_CLI_CONFIG_FILE" not in terraform_environment(tmp_path, base)


@pytest.mark.usefixtures("mirror")
def test_the_configuration_the_user_names_is_respected(tmp_path: Path, base: dict[str, str]) -> None:
    own = tmp_path / "own.rc"
    own.write_text("disable_checkpoint = true\n")
    environment = terraform_environment(tmp_path / "work", base | {"TF_CLI_CONFIG_FILE": str(own)})
    assert environment["TF_CLI_CONFIG_FILE"] == str(own)
    assert "TF_CLI_ARGS_providers_lock" not in environment
    assert own.read_text() == "disable_checkpoint = true\n"


@pytest.mark.usefixtures("mirror")
@pytest.mark.parametrize("named", [None, "nowhere"])
def test_terraformrc_of_the_user_is_respected(
    base: dict[str, str], tmp_path: Path, named: str | None
) -> None:
    (tmp_path / "home/.terraformrc").write_text("")
    if named:
        base["TF_CLI_CONFIG_FILE"] = str(tmp_path / named)
    assert "TF_CLI_CONFIG_FILE" not in terraform_environment(tmp_path / "work", base)


def test_our_own_configuration_is_written_again(
    tmp_path: Path, base: dict[str, str], mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = terraform_environment(tmp_path / "work", base)
    assert terraform_environment(tmp_path / "work", first) == first

    moved = tmp_path / "moved"
    monkeypatch.setattr(privatelink.terraform.environment, "find_mirror", lambda _environment: moved)
    second = terraform_environment(tmp_path / "work", first)
    assert second["TF_CLI_ARGS_providers_lock"] == f"-fs-mirror={moved}"
    assert str(mirror) not in Path(second["TF_CLI_CONFIG_FILE"]).read_text()

    monkeypatch.setattr(privatelink.terraform.environment, "find_mirror", lambda _environment: None)
    assert terraform_environment(tmp_path / "work", first).keys() == base.keys() | {
        "CHECKPOINT_DISABLE",
        "GOGC",
        "TF_IN_AUTOMATION",
    }


def test_lock_arguments_of_the_user_are_kept(tmp_path: Path, base: dict[str, str], mirror: Path) -> None:
    base["TF_CLI_ARGS_providers_lock"] = "-platform=linux_arm64"
    arguments = terraform_environment(tmp_path, base)["TF_CLI_ARGS_providers_lock"]
    assert shlex.split(arguments) == ["-platform=linux_arm64", f"-fs-mirror={mirror}"]

    base["TF_CLI_ARGS_providers_lock"] = "-net-mirror=https://example.com/"
    assert (
        terraform_environment(tmp_path, base)["TF_CLI_ARGS_providers_lock"]
        == "-net-mirror=https://example.com/"
    )


def test_fails_when_the_named_mirror_is_wrong(tmp_path: Path, base: dict[str, str]) -> None:
    with pytest.raises(MirrorError, match="TF_PLUGIN_MIRROR"):
        terraform_environment(tmp_path, base | {"TF_PLUGIN_MIRROR": str(tmp_path / "nowhere")})


def test_shell_lines_only_for_differences() -> None:
    lines = shell_lines({"A": "1", "B": "it's", "C": "3"}, {"A": "1", "B": "2", "D": "4"})
    assert lines == ["export B='it'\"'\"'s'", "export C=3", "unset D"]
