"""The same load over one veth pair between two namespaces, as the baseline of the data plane.

`python -m tools.benchmarks.veth REQUESTS MEGABYTES`, in new namespaces (`unshare`); prints the JSON of
load.py.
"""

import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from privatelink.constructs.backends import user_data
from privatelink.sandbox.dataplane.availability import system_path
from privatelink.sandbox.dataplane.namespaces import Namespace, connect
from tests.support.dataplane_fixtures import ECHO

CLIENT, SERVER = "10.0.0.1", "10.0.0.2"
LOAD = Path(__file__).with_name("load.py").read_text(encoding="utf-8")


def programs() -> list[str]:
    """Return the servers in a backend's user data."""
    scripts = user_data("ZIGISPACE - SVR#1", 80) + ECHO
    return re.findall(r"<<'PYTHON'\n(.*?)^PYTHON$", scripts, re.DOTALL | re.MULTILINE)


def wait_for(port: int) -> None:
    """Wait until the server listens."""
    for _ in range(100):
        try:
            socket.create_connection((SERVER, port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit(f"nothing listens on port {port}")


def main() -> None:
    """Run the servers at one end, and send requests from the other."""
    python = shutil.which("python3", path=system_path()) or sys.executable
    client, server = Namespace(), Namespace()
    connect(client, "eth0", server, "eth0")
    for namespace, address in ((client, CLIENT), (server, SERVER)):
        namespace.links.addr("add", index=namespace.index("eth0"), address=address, prefixlen=24)
    with server.entered():
        servers = [subprocess.Popen([python, "-c", program]) for program in programs()]
    try:
        with client.entered():
            for port in (80, 8080):
                wait_for(port)
            subprocess.run([python, "-c", LOAD, SERVER, *sys.argv[1:]], check=True)
    finally:
        for process in servers:
            process.kill()
            process.wait()


if __name__ == "__main__":
    main()
