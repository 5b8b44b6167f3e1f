"""The choice of the framework: what is refused, and that the choice is all that is loaded."""

import importlib.util
import os
import subprocess
import sys

import pytest

from privatelink.framework import choice as framework
from tests.support.project import PROJECT


def test_default_is_cdktf(monkeypatch):
    monkeypatch.delenv("PRIVATELINK_FRAMEWORK", raising=False)

    assert framework._chosen() == framework.FRAMEWORKS["cdktf"]


def test_unknown_framework_exits_2_says_what_is_allowed_and_writes_nothing(tmp_path):
    ran = subprocess.run(
        [sys.executable, PROJECT / "main.py"],
        env=os.environ | {"PRIVATELINK_FRAMEWORK": "cdk8s", "CDKTF_OUTDIR": str(tmp_path / "out")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 2
    assert ran.stderr == (
        "error: unknown framework: PRIVATELINK_FRAMEWORK='cdk8s'\n"
        "  allowed: cdktf, cdktn\n"
        "  fix: set PRIVATELINK_FRAMEWORK to one of these, or unset it for cdktf\n"
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("cdktf", "make setup, or in your own project: pip install cdktf-cdktf-provider-aws"),
        ("cdktn", "make cdktn, or in your own project: pip install cdktn-provider-aws"),
    ],
)
def test_framework_that_is_not_installed_is_refused_with_the_way_to_install_it(name, fix, monkeypatch):
    chosen = framework.FRAMEWORKS[name]
    monkeypatch.setenv("PRIVATELINK_FRAMEWORK", name)
    monkeypatch.delitem(sys.modules, chosen.bindings, raising=False)
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda package: None if package == chosen.bindings else object()
    )

    with pytest.raises(framework.FrameworkMissingError) as refused:
        framework._chosen()

    assert str(refused.value) == (
        f"framework {name} is not installed: no package {chosen.bindings}\n  fix: run {fix}"
    )


def test_the_other_framework_is_not_loaded():
    code = "import sys; from privatelink.framework import aws; aws.App, aws.Vpc; print(*sys.modules)"

    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout.split()

    others = {name for each in framework.FRAMEWORKS.values() for name in (each.package, each.bindings)}
    assert others & set(loaded) == {framework.FRAMEWORK.package, framework.FRAMEWORK.bindings}
