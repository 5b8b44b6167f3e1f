"""The data plane: creates the resources of the API as network namespaces, links, rules and processes.

`world` has the types of the desired state, `desired` reads it from moto, `plane` is the process that owns all
namespaces, `control` starts and controls that process, `reconciler` keeps it up to date.

All of it runs in one process with its own network, mount, PID and (without root) user namespaces. Links,
rules, mounts and processes end with it, and nothing outside sees them.
"""

from privatelink.sandbox.dataplane.availability import why_not

__all__ = ["why_not"]
