"""Network namespaces, in a process with namespaces of its own: run as a module it makes every check there."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from privatelink.sandbox.dataplane import why_not
from privatelink.sandbox.dataplane.availability import system_path, unshare_command
from privatelink.sandbox.dataplane.namespaces import Namespace, connect
from tests.support.project import PROJECT


def own() -> str:
    """The network namespace of this thread."""
    return str(Path("/proc/thread-self/ns/net").readlink())


def links() -> set[str]:
    """The links in the namespace of this thread."""
    listed = subprocess.run(["ip", "-o", "link"], capture_output=True, text=True, check=True).stdout
    return {line.split(": ")[1].partition("@")[0] for line in listed.splitlines()}


def open_files() -> set[str]:
    """The numbers of this process's open files."""
    return {path.name for path in Path("/proc/self/fd").iterdir()}


@contextlib.contextmanager
def namespaces(count: int = 1) -> Iterator[list[Namespace]]:
    made = [Namespace() for _ in range(count)]
    try:
        yield made
    finally:
        for namespace in made:
            namespace.close()


def it_is_another_namespace_and_this_thread_stays_where_it_is() -> None:
    before = own()
    with namespaces(2) as (one, other):
        assert own() == before
        with one.entered():
            inside = own()
        with other.entered():
            assert len({before, inside, own()}) == 3
        assert own() == before


def it_is_left_again_after_an_error() -> None:
    before = own()
    with namespaces() as (one,):
        with pytest.raises(ValueError, match="inside"), one.entered():
            raise ValueError("inside")
        assert own() == before


def its_loopback_link_is_up() -> None:
    with namespaces() as (one,), one.entered():
        flags = subprocess.run(["ip", "-o", "link"], capture_output=True, text=True, check=True).stdout
        assert "<LOOPBACK,UP,LOWER_UP>" in flags


def its_settings_are_its_own() -> None:
    path = Path("/proc/sys/net/ipv4/ip_forward")
    before = path.read_text()
    with namespaces() as (one,):
        one.set(ipv4__ip_forward=1, ipv4__conf__all__rp_filter=0)
        with one.entered():
            assert path.read_text() == "1\n"
        assert path.read_text() == before == "0\n"


def a_command_runs_in_it() -> None:
    with namespaces() as (one,):
        one.run(["sh", "-c", "cat >/proc/sys/net/ipv4/ip_default_ttl"], "77", dict(os.environ))
        with one.entered():
            assert Path("/proc/sys/net/ipv4/ip_default_ttl").read_text() == "77\n"


def a_command_that_fails_is_quoted() -> None:
    with namespaces() as (one,), pytest.raises(RuntimeError, match=r"^sh failed: why$"):
        one.run(["sh", "-c", "echo why >&2; exit 1"], "", dict(os.environ))


def a_cable_connects_two() -> None:
    with namespaces(2) as (one, other):
        connect(one, "left", other, "right")
        assert (one.has("left"), one.has("right"), other.has("right")) == (True, False, True)
        for namespace, link, address in ((one, "left", "10.0.0.1"), (other, "right", "10.0.0.2")):
            namespace.links.addr("add", index=namespace.index(link), address=address, prefixlen=24)
        with one.entered():
            assert links() == {"lo", "left"}
        with other.entered():
            listener = socket.create_server(("10.0.0.2", 8080))
        with one.entered(), listener:
            # The namespace of a socket is the one it was made in.
            assert socket.create_connection(("10.0.0.2", 8080), timeout=5).close() is None


def another_cable_takes_the_place_of_the_first() -> None:
    with namespaces(3) as (one, other, third):
        connect(one, "left", other, "right")
        connect(one, "left", third, "right")
        assert (other.has("right"), third.has("right")) == (False, True)


def with_a_link_goes_its_other_end() -> None:
    with namespaces(2) as (one, other):
        connect(one, "left", other, "right")
        one.delete_link("left")
        assert not one.has("left")
        assert not other.has("right")
        one.delete_link("left")  # there is nothing to delete any more


def nothing_is_left_of_it_when_it_is_closed() -> None:
    before = open_files()
    with namespaces(2) as (one, other):
        connect(one, "left", other, "right")
    assert open_files() == before


def what_the_kernel_refuses_is_an_error() -> None:
    with namespaces() as (one,):
        fd, one.fd = one.fd, os.open(os.devnull, os.O_RDONLY)  # no namespace
        with pytest.raises(OSError, match="Invalid argument"), one.entered():
            raise AssertionError
        os.close(one.fd)
        one.fd = fd


CHECKS: list[Callable[[], None]] = [
    it_is_another_namespace_and_this_thread_stays_where_it_is,
    it_is_left_again_after_an_error,
    its_loopback_link_is_up,
    its_settings_are_its_own,
    a_command_runs_in_it,
    a_command_that_fails_is_quoted,
    a_cable_connects_two,
    another_cable_takes_the_place_of_the_first,
    with_a_link_goes_its_other_end,
    nothing_is_left_of_it_when_it_is_closed,
    what_the_kernel_refuses_is_an_error,
]


def main() -> None:
    """Make every check; print what went wrong by their names."""
    failures = {}
    for check in CHECKS:
        try:
            check()
        except BaseException:
            failures[check.__name__] = traceback.format_exc()
    print(json.dumps(failures))


@pytest.fixture(scope="module")
def failures() -> dict[str, str]:
    """What went wrong in a process of its own: without root nothing else may make namespaces."""
    done = subprocess.run(
        [*unshare_command(), sys.executable, "-m", __name__],
        cwd=PROJECT,
        env=os.environ | {"PATH": system_path()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.dataplane
@pytest.mark.skipif(why_not() is not None, reason=f"no data plane here: {why_not()}")
@pytest.mark.parametrize("check", [check.__name__ for check in CHECKS])
def test_a_namespace(failures: dict[str, str], check: str) -> None:
    assert check not in failures, failures[check]


if __name__ == "__main__":
    main()
