"""Instance type offerings: read when a Region needs them, and then as moto reads them."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

READ = """
import gzip, json, pathlib

from privatelink.sandbox.server import application

application()

import moto
from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS as offerings
from privatelink.sandbox.instance_type_offerings import FOLDER, Unread

files = pathlib.Path(moto.__file__).parent / "ec2" / "resources" / FOLDER
compared = 0
for kind in files.iterdir():
    for file in kind.iterdir():
        region = file.name.partition(".")[0]
        data = file.read_bytes()
        expected = json.loads(gzip.decompress(data) if file.suffix == ".gz" else data)
        for offering in expected:
            offering["LocationType"] = kind.name
        regions = offerings[kind.name]
        assert isinstance(dict.__getitem__(regions, region), Unread)
        assert regions.get(region) == expected, file
        assert regions[region] is regions.get(region)
        compared += len(expected)
    assert regions.get("nowhere", []) == []
    assert "nowhere" not in regions
print(compared)
"""


def test_each_region() -> None:
    run = subprocess.run([sys.executable, "-c", READ], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) > 10_000
