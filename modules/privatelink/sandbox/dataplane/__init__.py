"""The data plane: what the API says exists is made to exist in the kernel, in namespaces of its own.

`world` says what should exist, `desired` reads it out of moto, `plane` is the process that owns every
namespace, `control` starts that process and talks to it, `reconciler` keeps it up to date.

A process with a network, mount, process and (without root) user namespace of its own holds everything: links,
rules, mounts and processes end with it, however it ends, and none is ever visible outside.
"""

from privatelink.sandbox.dataplane.availability import why_not

__all__ = ["why_not"]
