"""The parts of pyroute2 that the data plane uses."""

import subprocess
import sys

ALONE = """
import sys

from privatelink.sandbox.dataplane import netlink

assert "pyroute2" not in sys.modules
assert not [name for name in sys.modules if name.startswith(("pyroute2.ndb", "pyroute2.ethtool"))]

import pyroute2

assert netlink.IPRoute is pyroute2.IPRoute
"""
AFTER = """
import pyroute2

from privatelink.sandbox.dataplane import netlink

assert netlink.IPRoute is pyroute2.IPRoute
assert netlink.NFCTSocket is pyroute2.NFCTSocket
"""


def run(program: str) -> None:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_rest_of_the_package_is_not_imported_and_still_can_be() -> None:
    run(ALONE)


def test_the_classes_are_those_of_a_package_imported_before() -> None:
    run(AFTER)
