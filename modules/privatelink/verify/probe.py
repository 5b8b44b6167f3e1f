"""The program that runs on the probe: resolves names, sends requests, traces the route. Prints JSON.

    python3 probe.py '[{"name": "example.com", "port": 80, "requests": 4, "trace": true}]'

It needs Python 3.9 with its standard library, as in Amazon Linux 2023, and no privileges:
https://docs.aws.amazon.com/linux/al2023/ug/python.html
"""

from __future__ import annotations

import base64
import errno
import http.client
import json
import select
import socket
import struct
import sys
import time
import zlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TypedDict

SECONDS = 3.0
"""Timeout of a response."""
GIVE_UP = 2
"""After this many failures in a row, no more requests are sent to an address."""
TEXT_CHARACTERS = 200
MOST_TEXTS = 20
HOPS = 20
SILENT = "*"
"""Stands for a router that does not answer."""
LONGEST_PLAIN = 12000
"""Longer output is compressed: Run Command returns at most 24,000 characters."""
COMPRESSED = "zlib:"
MOST_BYTES = 4_000_000
"""Maximum size of output after decompression, which is more than the jobs of a consumer can need."""
IP_RECVERR = 11  # Linux; the module `socket` does not define it
FROM_ICMP = 2


class Job(TypedDict):
    """A name to look at, on one port."""

    name: str
    port: int
    requests: int
    trace: bool


class Trace(TypedDict):
    """The routers on the way to an address, and whether it answered."""

    hops: list[str]
    reached: bool


class Seen(TypedDict):
    """The addresses of a name, or the error of its resolution; the rest by address."""

    addresses: list[str]
    error: str
    answers: dict[str, dict[str, int]]
    failures: dict[str, dict[str, int]]
    traces: dict[str, Trace]


def look(job: Job) -> Seen:
    """Resolve the name of a job, then send requests to each of its addresses and trace the route to it."""
    found: Seen = {"addresses": [], "error": "", "answers": {}, "failures": {}, "traces": {}}
    try:
        resolved = socket.getaddrinfo(job["name"], job["port"], socket.AF_INET, socket.SOCK_STREAM)
    except OSError as error:
        found["error"] = str(error.strerror or error)
        return found
    addresses = found["addresses"] = sorted({str(item[4][0]) for item in resolved})
    # Use each address: the resolver lists the nearest one first, and clients would use only that one.
    each = -(-int(job["requests"]) // len(addresses))
    with ThreadPoolExecutor(2 * len(addresses)) as pool:
        asked = {one: pool.submit(ask, one, job["name"], job["port"], each) for one in addresses}
        traced = {one: pool.submit(trace, one, job["port"]) for one in addresses if job.get("trace")}
        found["traces"] = {address: way.result() for address, way in traced.items()}
        for address, answer in asked.items():
            found["answers"][address], found["failures"][address] = answer.result()
    return found


def ask(address: str, name: str, port: int, times: int) -> tuple[dict[str, int], dict[str, int]]:
    """Send `GET /` to an address several times; count the texts, and the failures by kind."""
    texts: Counter[str] = Counter()
    failures: Counter[str] = Counter()
    in_a_row = 0
    for _ in range(times):
        try:
            texts[fetch(address, name, port)] += 1
            in_a_row = 0
        except (OSError, http.client.HTTPException) as error:
            failures[kind(error)] += 1
            in_a_row += 1
            if in_a_row == GIVE_UP:
                break
    return dict(texts.most_common(MOST_TEXTS)), dict(failures)


def fetch(address: str, name: str, port: int) -> str:
    """Return the text in the response of a server."""
    connection = http.client.HTTPConnection(address, port, timeout=SECONDS)
    try:
        connection.request("GET", "/", headers={"Host": name, "Connection": "close"})
        answer = connection.getresponse()
        if answer.status != 200:
            raise http.client.HTTPException(f"HTTP {answer.status}")
        return answer.read(4 * TEXT_CHARACTERS).decode("utf-8", "replace").strip()[:TEXT_CHARACTERS]
    finally:
        connection.close()


def kind(error: Exception) -> str:
    """Return the kind of an error, as text that is the same each time."""
    if isinstance(error, socket.timeout):
        return "timed out"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, OSError):
        return errno.errorcode.get(error.errno or 0, type(error).__name__)
    return str(error) if str(error).startswith("HTTP ") else type(error).__name__


def trace(address: str, port: int) -> Trace:
    """Trace the route: connect with each time to live, and return which routers and whether the end answered.

    A router where the time to live ends answers with ICMP, which Linux puts into the socket's error queue:
    https://man7.org/linux/man-pages/man7/ip.7.html (IP_RECVERR). This needs no raw socket and no privileges.
    """
    sockets = {}
    poll = select.poll()
    routers: dict[int, str] = {}
    reached: int | None = None
    try:
        for hop in range(1, HOPS + 1):
            one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            one.setblocking(False)
            one.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, hop)
            one.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
            one.connect_ex((address, port))
            sockets[one.fileno()] = (hop, one)
            poll.register(one, select.POLLOUT)
        silent = set(range(1, HOPS + 1))
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            if reached is not None and min(silent, default=HOPS) >= reached:
                break
            for number, _ in poll.poll(100):
                hop, one = sockets[number]
                poll.unregister(one)
                silent.discard(hop)
                router = who_answered(one)
                if router:
                    routers[hop] = router
                elif one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) in (0, errno.ECONNREFUSED):
                    if reached is None:
                        # Routers that answer have answered within this time; the others never do.
                        deadline = min(deadline, time.monotonic() + 1.0)
                    reached = min(hop, reached or hop)
    finally:
        for _, one in sockets.values():
            one.close()
    last = max(routers, default=0) if reached is None else reached - 1
    return {"hops": [routers.get(hop, SILENT) for hop in range(1, last + 1)], "reached": reached is not None}


def who_answered(one: socket.socket) -> str:
    """Return the address of the router that answered with ICMP; empty if none did."""
    try:
        messages = one.recvmsg(1, 1024, socket.MSG_ERRQUEUE)[1]
    except OSError:
        return ""
    for level, _, data in messages:
        # struct sock_extended_err, then the router's struct sockaddr_in
        if level == socket.IPPROTO_IP and struct.unpack_from("IBBB", data)[1] == FROM_ICMP:
            return socket.inet_ntoa(data[20:24])
    return ""


def encode(value: object) -> str:
    """Return the value as JSON, compressed if it is long."""
    text = json.dumps(value)
    if len(text) <= LONGEST_PLAIN:
        return text
    return COMPRESSED + base64.b64encode(zlib.compress(text.encode())).decode()


def decode(text: str) -> list[Seen]:
    """Return the value that `encode` wrote; raises ValueError for any other text."""
    text = text.strip()
    if text.startswith(COMPRESSED):
        unpacked = zlib.decompressobj()
        try:
            content = unpacked.decompress(base64.b64decode(text[len(COMPRESSED) :]), MOST_BYTES)
        except zlib.error as error:
            raise ValueError(str(error)) from error
        if not unpacked.eof:
            raise ValueError("compressed output is cut off, or too long")
        text = content.decode()
    seen: list[Seen] = json.loads(text)
    return seen


def main(jobs: list[Job]) -> list[Seen]:
    """Do all jobs, in parallel."""
    with ThreadPoolExecutor(max(1, len(jobs))) as pool:
        return list(pool.map(look, jobs))


if __name__ == "__main__":
    print(encode(main(json.loads(sys.argv[1]))))
