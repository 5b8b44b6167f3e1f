"""Demos beside a demo: their steps, what is said when one fails, and that none outlives the block."""

import json
import subprocess
import sys

import pytest

from privatelink.demo import variants
from privatelink.demo.variants import Variant, VariantError, running_variants
from tests.support.project import PROJECT


def variant(tmp_path, program):
    log = tmp_path / "log"
    log.write_text("line 1\nthe last line\n")
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    return Variant(PROJECT / "topology.yaml", log, process)


def test_steps_are_known_by_their_ids(tmp_path):
    steps = {"steps": [{"id": "W9", "outcome": "holds"}]}

    found = variant(tmp_path, f"print({json.dumps(steps)!r})").steps()

    assert found == {"W9": {"id": "W9", "outcome": "holds"}}


def test_a_demo_that_fails_is_told_with_its_last_words(tmp_path):
    with pytest.raises(VariantError, match=r"(?s)topology\.yaml ended with exit code 3:.*the last line"):
        variant(tmp_path, "raise SystemExit(3)").steps()


def test_none_outlives_the_block(tmp_path, monkeypatch):
    started = []
    popen = subprocess.Popen

    def waiting(command, **options):
        started.append((command, popen([sys.executable, "-c", "import time; time.sleep(60)"], **options)))
        return started[-1][1]

    monkeypatch.setattr(variants.subprocess, "Popen", waiting)
    with running_variants(tmp_path / "files") as running:
        assert set(running) == {"W9", "W13"}
        assert all(process.poll() is None for _, process in started)

    assert all(process.poll() is not None for _, process in started)
    for command, _ in started:
        assert command[1:4] == ["-m", "privatelink", "demo"]
        assert "--exit-with-parent" in command
