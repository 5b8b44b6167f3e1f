"""Network namespaces without names: each exists while its file descriptor is open or a process is in it.

https://man7.org/linux/man-pages/man7/network_namespaces.7.html
"""

import contextlib
import ctypes
import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from privatelink.sandbox.dataplane.netlink import IPRoute

CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


class Namespace:
    """A network namespace; entering it affects only the calling thread."""

    def __init__(self) -> None:
        before = _own()
        try:
            _check(_libc.unshare(CLONE_NEWNET))
            self.fd = _own()
            # A netlink socket stays in the namespace in which it was created.
            self.links = IPRoute()
        finally:
            _enter(before)
            os.close(before)
        self.links.link("set", index=1, state="up")

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """Enter the namespace: sockets and processes that are created in the block belong to it."""
        before = _own()
        try:
            _enter(self.fd)
            yield
        finally:
            _enter(before)
            os.close(before)

    def set(self, **settings: str | int) -> None:
        """Set kernel parameters below `net`, with double underscores for dots: `ipv4__ip_forward=1`."""
        with self.entered():
            for name, value in settings.items():
                Path("/proc/sys/net", *name.split("__")).write_text(str(value), encoding="ascii")

    def run(self, command: Sequence[str], text: str, environment: dict[str, str]) -> None:
        """Run a command in the namespace.

        Arguments:
            command: the command with its arguments.
            text: its standard input.
            environment: its environment.

        Raises:
            RuntimeError: it failed.
        """
        with self.entered():
            done = subprocess.run(
                command, input=text, env=environment, capture_output=True, text=True, check=False
            )
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed: {done.stderr.strip()}")

    def index(self, link: str) -> int:
        """Return the index of a link."""
        found = self.links.link_lookup(ifname=link)
        return int(found[0])

    def has(self, link: str) -> bool:
        """Return whether a link exists."""
        return bool(self.links.link_lookup(ifname=link))

    def delete_link(self, link: str) -> None:
        """Delete a link and its other end."""
        for index in self.links.link_lookup(ifname=link):
            self.links.link("del", index=index)

    def close(self) -> None:
        """Close it: the kernel deletes it when no process is in it."""
        self.links.close()
        os.close(self.fd)


def connect(one: Namespace, link: str, other: Namespace, other_link: str) -> None:
    """Connect two namespaces with a veth pair, and replace an existing one."""
    one.delete_link(link)
    one.links.link("add", ifname=link, kind="veth", peer={"ifname": other_link, "net_ns_fd": other.fd})
    for namespace, end in ((one, link), (other, other_link)):
        # A router answers ARP for other addresses at once, without the default random delay.
        namespace.set(**{f"ipv4__neigh__{end}__proxy_delay": 0})
    one.links.link("set", index=one.index(link), state="up")
    other.links.link("set", index=other.index(other_link), state="up")


def _own() -> int:
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


def _enter(fd: int) -> None:
    _check(_libc.setns(fd, CLONE_NEWNET))
