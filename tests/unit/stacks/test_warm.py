"""Filling the caches: how it ends where that cannot be done."""

import os
import subprocess
import sys

import pytest

from privatelink.framework import jsii_cache
from privatelink.stacks import warm


def test_a_missing_node_is_one_line():
    ran = subprocess.run(
        [sys.executable, "-m", "privatelink.stacks.warm"],
        env=os.environ | {"JSII_NODE": "no-such-node"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("error: Node.js is missing")
    assert len(ran.stderr.splitlines()) == 1


@pytest.mark.parametrize(("filled", "code"), [(True, 0), (False, 1)])
def test_it_says_whether_the_index_was_written(filled, code, monkeypatch, capsys):
    monkeypatch.setattr(jsii_cache, "wait_until_warm", lambda _: filled)
    monkeypatch.setattr(warm.compileall, "compile_file", lambda *_, **__: True)

    assert warm.main() == code
    assert ("error: jsii has not written its index" in capsys.readouterr().err) is not filled
