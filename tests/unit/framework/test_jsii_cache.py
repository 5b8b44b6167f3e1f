"""jsii's package cache: warm, waited for, and whole."""

import io
import os
import subprocess
import sys
import tarfile

import pytest

from privatelink.framework import jsii_cache
from privatelink.framework.choice import FRAMEWORK
from tests.support.project import PROJECT


def test_jsii_cache_is_warm():
    assert jsii_cache.is_warm(), "every run is slow: the cache is cold; run: make warm"


@pytest.mark.slow
@pytest.mark.parametrize("command", [["main.py"], ["-m", "privatelink.stacks.warm"]], ids=["main", "warm"])
def test_first_run_ever_leaves_a_warm_cache(command, tmp_path):
    root = tmp_path / "cache"
    root.mkdir(mode=0o700)

    ran = subprocess.run(
        [sys.executable, *command],
        cwd=PROJECT,
        env=os.environ
        | {"JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(root), "CDKTF_OUTDIR": str(tmp_path / "out")},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "first run: filling jsii's package cache" in ran.stderr
    assert "still cold" not in ran.stderr
    assert list((root / FRAMEWORK.assembly).glob("*/*/.jsii.runtime.v*.json"))


def test_a_cache_that_jsii_does_not_use_is_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.setenv("JSII_RUNTIME_PACKAGE_CACHE_ROOT", str(tmp_path))
    waited = []
    monkeypatch.setattr(jsii_cache.time, "sleep", waited.append)

    assert not jsii_cache.wait_until_warm(60.0)
    assert not waited

    unpacked = tmp_path / FRAMEWORK.assembly / "1.0.0/digest"
    unpacked.mkdir(parents=True)
    (unpacked / "package.json").touch()

    assert not jsii_cache.wait_until_warm(0.01)
    assert waited


@pytest.fixture
def unpacked(tmp_path, monkeypatch):
    """An assembly of two files as jsii has unpacked it, beside the tarball it came from."""
    path = tmp_path / "one@1.0.0.jsii.tgz"
    folder = tmp_path / "cache/one/1.0.0/digest"
    with tarfile.open(path, "w:gz") as tarball:
        for name, text in {"package.json": b"{}", "lib/index.js": b"exports.a = 1;"}.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(text)
            tarball.addfile(member, io.BytesIO(text))
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(text)
    monkeypatch.setenv("JSII_RUNTIME_PACKAGE_CACHE_ROOT", str(tmp_path / "cache"))
    monkeypatch.setattr(jsii_cache, "tarballs", lambda: [jsii_cache.Tarball("one", "1.0.0", path)])
    return folder


def test_a_cache_that_is_whole_has_no_damage_whatever_lies_beside_it(unpacked):
    (unpacked / ".jsii.runtime.v1.json").write_text("{}")

    assert jsii_cache.damaged() is None


@pytest.mark.parametrize("spoil", [lambda file: file.unlink(), lambda file: file.write_text("exports")])
def test_a_file_that_is_missing_or_cut_short_is_named(spoil, unpacked):
    spoil(unpacked / "lib/index.js")

    assert jsii_cache.damaged() == jsii_cache.Damage("lib/index.js", unpacked)


def test_the_installed_assemblies_are_those_of_the_framework():
    found = jsii_cache.tarballs()

    assert [tarball.name for tarball in found] == [
        "constructs",
        FRAMEWORK.package,
        FRAMEWORK.assembly.as_posix(),
    ]
    assert all(tarball.path.name.endswith(f"@{tarball.version}.jsii.tgz") for tarball in found)


def test_the_cache_is_where_jsii_has_it(monkeypatch):
    monkeypatch.delenv("JSII_RUNTIME_PACKAGE_CACHE_ROOT", raising=False)
    monkeypatch.setenv("HOME", "/home/someone")
    monkeypatch.setattr(sys, "platform", "linux")
    assert str(jsii_cache.cache_root()) == "/home/someone/.cache/aws/jsii/package-cache"

    monkeypatch.setattr(sys, "platform", "darwin")
    assert str(jsii_cache.cache_root()) == "/home/someone/Library/Caches/com.amazonaws.jsii/package-cache"

    # An empty value is as none, for jsii too.
    monkeypatch.setenv("JSII_RUNTIME_PACKAGE_CACHE_ROOT", "")
    assert str(jsii_cache.cache_root()).startswith("/home/someone")


def test_a_user_without_a_home_has_the_cache_among_the_temporary_files(monkeypatch):
    def no_home():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("JSII_RUNTIME_PACKAGE_CACHE_ROOT", raising=False)
    monkeypatch.setattr(jsii_cache.Path, "home", no_home)

    assert jsii_cache.cache_root().name == f"aws-jsii-package-cache-{os.getuid()}"
