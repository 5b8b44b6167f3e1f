"""What the host shows of its network and its mounts: the same before and after, whatever a sandbox did."""

import os
import subprocess
from pathlib import Path

from privatelink.sandbox.dataplane.availability import nft_environment


def host() -> dict[str, str]:
    """What the host shows of its network and its mounts."""
    binary, variables = nft_environment()
    commands = {
        "namespaces": ["ip", "netns"],
        "rules": [binary, "list", "ruleset"],
        "links": ["ip", "-o", "link"],
        "routes": ["ip", "route", "show", "table", "all"],
    }
    environment = os.environ | dict(variables)
    found = {
        name: subprocess.run(command, env=environment, capture_output=True, text=True, check=False).stdout
        for name, command in commands.items()
    }
    return found | {"mounts": Path("/proc/self/mounts").read_text()}
