"""main.py: what it writes, and that it writes nothing for a wrong topology."""

import json
import os
import subprocess
import sys

import pytest

from tests.support.project import PROJECT

pytestmark = pytest.mark.slow


def run(tmp_path, topology=None, **environment):
    if topology is not None:
        (tmp_path / "bad.yaml").write_text(topology)
        environment["PRIVATELINK_TOPOLOGY"] = str(tmp_path / "bad.yaml")
    return subprocess.run(
        [sys.executable, PROJECT / "main.py"],
        cwd=tmp_path,
        env=os.environ | {"CDKTF_OUTDIR": str(tmp_path / "out")} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_default_topology_is_the_walkthrough_from_any_directory(tmp_path):
    ran = run(tmp_path)

    assert ran.returncode == 0, ran.stderr
    assert {path.name for path in (tmp_path / "out/stacks").iterdir()} == {
        "zigispace-provider",
        "zigispace-consumer-client",
    }
    assert ran.stdout == ran.stderr == ""


def test_one_zone_is_warned_about(tmp_path):
    text = (PROJECT / "topology.yaml").read_text()
    text = text.replace("[ap-northeast-2a, ap-northeast-2c]", "[ap-northeast-2a]")
    text = text.replace('      ap-northeast-2c: "ZIGISPACE - SVR#2"\n', "")

    ran = run(tmp_path, text)

    assert ran.returncode == 0, ran.stderr
    assert ran.stderr.startswith("warning: service.network.zones: ")


@pytest.mark.parametrize(
    "topology",
    ["", "name: [", "name: a\nservice: 1\n", "nme: zigispace\n"],
    ids=["empty", "unparsable", "wrong-type", "unknown-field"],
)
def test_wrong_topology_exits_2_names_the_place_and_writes_nothing(tmp_path, topology):
    ran = run(tmp_path, topology)

    assert ran.returncode == 2
    assert "bad.yaml" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not (tmp_path / "out").exists()


def test_wrong_topology_is_said_before_node_is_started(tmp_path):
    ran = run(tmp_path, "", JSII_NODE="/nonexistent/node")

    assert ran.returncode == 2
    assert "node" not in ran.stderr


@pytest.mark.parametrize("active", [True, False], ids=["virtual-environment-active", "none-active"])
def test_cdktf_json_finds_its_python(active, tmp_path):
    app = json.loads((PROJECT / "cdktf.json").read_text())["app"]
    environment = os.environ | {"PRIVATELINK_TOPOLOGY": str(tmp_path / "missing.yaml")}
    environment.pop("VIRTUAL_ENV", None)
    if active:  # as under `pipenv run`
        environment["VIRTUAL_ENV"] = sys.prefix
    else:
        (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / "main.py").symlink_to(PROJECT / "main.py")

    ran = subprocess.run(
        app, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )

    # It came as far as the topology, which takes the packages that are installed there.
    assert ran.returncode == 2, ran.stderr
    assert "missing.yaml" in ran.stderr
