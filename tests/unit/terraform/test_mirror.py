"""Where a filesystem mirror of the AWS provider is looked for, and what counts as one."""

import platform
from pathlib import Path

import pytest

from privatelink.terraform.mirror import (
    PROVIDER,
    MirrorError,
    allowed_range,
    find_mirror,
    this_platform,
    versions,
)


def unpacked(mirror: Path, version: str = "5.100.0", system: str | None = None) -> Path:
    directory = mirror / PROVIDER / version / (system or this_platform())
    directory.mkdir(parents=True)
    (directory / f"terraform-provider-aws_v{version}_x5").touch()
    return mirror


def packed(mirror: Path, version: str = "5.100.0", system: str | None = None) -> Path:
    directory = mirror / PROVIDER
    directory.mkdir(parents=True, exist_ok=True)
    (directory / f"terraform-provider-aws_{version}_{system or this_platform()}.zip").touch()
    return mirror


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An environment in which nothing of this machine is found."""
    monkeypatch.chdir(tmp_path)
    directory = tmp_path / "home"
    directory.mkdir()
    return {"HOME": str(directory), "XDG_DATA_DIRS": str(tmp_path / "xdg")}


@pytest.mark.parametrize(
    ("system", "machine", "name"),
    [
        ("Linux", "x86_64", "linux_amd64"),
        ("Linux", "aarch64", "linux_arm64"),
        ("Darwin", "arm64", "darwin_arm64"),
        ("FreeBSD", "amd64", "freebsd_amd64"),
        ("Linux", "riscv64", "linux_riscv64"),
    ],
)
def test_platform_is_named_as_terraform_does(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str, name: str
) -> None:
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    assert this_platform() == name


def test_nothing_found_is_none(tmp_path: Path, home: dict[str, str]) -> None:
    assert find_mirror(home, prefixes=[tmp_path / "missing"]) is None


@pytest.mark.parametrize("make", [unpacked, packed])
@pytest.mark.parametrize("place", ["prefix", "prefix/below"])
def test_prefix_and_one_level_below(tmp_path: Path, home: dict[str, str], place: str, make) -> None:
    mirror = make(tmp_path / place)
    assert find_mirror(home, prefixes=[tmp_path / "prefix"]) == mirror


def test_two_levels_below_a_prefix_is_too_deep(tmp_path: Path, home: dict[str, str]) -> None:
    unpacked(tmp_path / "prefix/one/two")
    assert find_mirror(home, prefixes=[tmp_path / "prefix"]) is None


@pytest.mark.parametrize(
    "place",
    [
        "terraform.d/plugins",
        "home/.terraform.d/plugins",
        "home/.local/share/terraform/plugins",
        "xdg/terraform/plugins",
    ],
)
def test_implied_directories(tmp_path: Path, home: dict[str, str], place: str) -> None:
    mirror = unpacked(tmp_path / place)
    assert find_mirror(home, prefixes=[]) == mirror


def test_xdg_data_home_replaces_the_default(tmp_path: Path, home: dict[str, str]) -> None:
    unpacked(tmp_path / "home/.local/share/terraform/plugins")
    mirror = unpacked(tmp_path / "data/terraform/plugins")
    assert find_mirror(home | {"XDG_DATA_HOME": str(tmp_path / "data")}, prefixes=[]) == mirror


def test_macos_application_support(
    tmp_path: Path, home: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    mirror = unpacked(tmp_path / "home/Library/Application Support/io.terraform/plugins")
    assert find_mirror(home, prefixes=[]) == mirror


@pytest.mark.parametrize(
    ("version", "allowed"),
    [
        ("5.99.1", False),
        ("5.100.0", True),
        ("5.100.1", True),
        ("6.57.0", True),
        ("7.0.0", False),
        ("6.0.0-beta1", False),
    ],
)
@pytest.mark.parametrize("make", [unpacked, packed])
def test_only_versions_in_the_range(
    tmp_path: Path, home: dict[str, str], version: str, allowed: bool, make
) -> None:
    make(tmp_path / "prefix", version)
    assert (find_mirror(home, prefixes=[tmp_path / "prefix"]) is not None) is allowed


@pytest.mark.parametrize("make", [unpacked, packed])
def test_other_platforms_do_not_count(tmp_path: Path, home: dict[str, str], make) -> None:
    make(tmp_path / "prefix", system="plan9_mips")
    assert find_mirror(home, prefixes=[tmp_path / "prefix"]) is None


def test_an_empty_version_directory_does_not_count(tmp_path: Path, home: dict[str, str]) -> None:
    (tmp_path / "prefix" / PROVIDER / "5.100.0" / this_platform()).mkdir(parents=True)
    assert find_mirror(home, prefixes=[tmp_path / "prefix"]) is None


def test_a_mirror_too_old_does_not_hide_a_good_one(tmp_path: Path, home: dict[str, str]) -> None:
    unpacked(tmp_path / "prefix/a", "4.67.0")
    good = unpacked(tmp_path / "prefix/b")
    assert find_mirror(home, prefixes=[tmp_path / "prefix"]) == good


def test_versions_lists_packed_and_unpacked(tmp_path: Path) -> None:
    packed(unpacked(tmp_path, "5.100.0"), "6.1.0")
    assert versions(tmp_path) == {(5, 100, 0), (6, 1, 0)}


def test_named_mirror_comes_first(tmp_path: Path, home: dict[str, str]) -> None:
    unpacked(tmp_path / "prefix")
    named = unpacked(tmp_path / "named")
    assert find_mirror(home | {"TF_PLUGIN_MIRROR": str(named)}, prefixes=[tmp_path / "prefix"]) == named


def test_named_mirror_may_be_relative(tmp_path: Path, home: dict[str, str]) -> None:
    named = unpacked(tmp_path / "named")
    assert find_mirror(home | {"TF_PLUGIN_MIRROR": "named"}, prefixes=[]) == named


def test_fails_when_the_named_mirror_is_missing(tmp_path: Path, home: dict[str, str]) -> None:
    unpacked(tmp_path / "prefix")
    with pytest.raises(
        MirrorError, match=r'TF_PLUGIN_MIRROR is ".*nowhere", but that directory does not exist'
    ) as error:
        find_mirror(home | {"TF_PLUGIN_MIRROR": str(tmp_path / "nowhere")}, prefixes=[tmp_path / "prefix"])
    assert allowed_range() in str(error.value)


def test_fails_when_the_named_mirror_holds_other_versions(tmp_path: Path, home: dict[str, str]) -> None:
    unpacked(tmp_path / "named", "4.67.0")
    with pytest.raises(MirrorError, match=r"contains only 4\.67\.0; set it to .*>= 5\.100\.0, < 7\.0\.0"):
        find_mirror(home | {"TF_PLUGIN_MIRROR": str(tmp_path / "named")}, prefixes=[])


def test_fails_when_the_named_mirror_is_one_level_too_deep(tmp_path: Path, home: dict[str, str]) -> None:
    unpacked(tmp_path / "named")
    wrong = tmp_path / "named/registry.terraform.io"
    with pytest.raises(MirrorError, match=f"does not contain {PROVIDER}/<version>/{this_platform()}/"):
        find_mirror(home | {"TF_PLUGIN_MIRROR": str(wrong)}, prefixes=[])
