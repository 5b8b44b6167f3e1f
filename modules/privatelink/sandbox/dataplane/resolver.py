"""DNS resolvers: one for each VPC, and a public one.

https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
There is no recursion: a name that the sandbox does not have does not exist.
"""

import asyncio
import itertools
import socket
import struct
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import cast

from dnslib import QTYPE, RCODE, RR, DNSError, DNSRecord

from privatelink.sandbox.dataplane.namespaces import Namespace
from privatelink.sandbox.dataplane.world import Record, Zone

TTL = 1
"""In seconds; short, because names change during a demo."""
LONGEST_CHAIN = 8
LARGEST_DATAGRAM = 512

_turn = itertools.count()


@dataclass
class View:
    """The records of one resolver; `up` returns whether a load balancer node is healthy."""

    public: dict[str, list[Record]]
    zones: Sequence[Zone] = ()
    up: Callable[[str], bool] = lambda node: True

    @classmethod
    def of(cls, public: Iterable[Record], zones: Sequence[Zone], up: Callable[[str], bool]) -> "View":
        """Group the records by name."""
        names: dict[str, list[Record]] = defaultdict(list)
        for record in public:
            names[record.name].append(record)
        return cls(dict(names), zones, up)

    def lookup(self, name: str, kind: str, depth: int = 0) -> tuple[list[tuple[str, str, str]], bool]:
        """Return the name, type and value of each answer, and whether the name exists."""
        records = self._records(name)
        answers: list[tuple[str, str, str]] = []
        for record in records:
            if record.type == kind:
                answers += [(name, kind, value) for value in self._values(record)]
            elif record.type == "ALIAS" and depth < LONGEST_CHAIN:
                found, _ = self.lookup(record.values[0], kind, depth + 1)
                answers += [(name, kind, value) for _, found_kind, value in found if found_kind == kind]
            elif record.type == "CNAME" and depth < LONGEST_CHAIN:
                target = record.values[0].lower().rstrip(".")
                found, _ = self.lookup(target, kind, depth + 1)
                answers += [(name, "CNAME", target), *found]
        return answers, bool(records)

    def _records(self, name: str) -> list[Record]:
        for zone in self.zones:
            if name == zone.name or name.endswith(f".{zone.name}"):
                by_name: dict[str, list[Record]] = defaultdict(list)
                for record in zone.records:
                    by_name[record.name].append(record)
                return _wildcard(by_name, name)
        return _wildcard(self.public, name)

    def _values(self, record: Record) -> list[str]:
        """The values in rotation; of a load balancer, only nodes with a healthy target.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html
        """
        values = list(record.values)
        if record.nodes:
            healthy = [
                value for value, node in zip(record.values, record.nodes, strict=True) if self.up(node)
            ]
            values = healthy or values
        start = next(_turn) % len(values) if values else 0
        return values[start:] + values[:start]


def _wildcard(names: dict[str, list[Record]], name: str) -> list[Record]:
    if name in names:
        return names[name]
    labels = name.split(".")
    for start in range(1, len(labels)):
        if found := names.get(".".join(["*", *labels[start:]])):
            return found
    return []


def answer(view: View, query: bytes) -> bytes | None:
    """Return the response to a query, both in wire format; None if it is not a query."""
    try:
        request = DNSRecord.parse(query)
    except DNSError:
        return None
    reply = request.reply()
    reply.header.ra, reply.header.aa = 1, 0
    question = request.q
    kind = QTYPE.get(question.qtype)
    answers, exists = view.lookup(str(question.qname).lower().rstrip("."), kind)
    for name, answer_kind, value in answers:
        reply.add_answer(*RR.fromZone(f"{name}. {TTL} IN {answer_kind} {_absolute(answer_kind, value)}"))
    if not exists:
        reply.header.rcode = RCODE.NXDOMAIN
    return bytes(reply.pack())


def _absolute(kind: str, value: str) -> str:
    return f"{value.rstrip('.')}." if kind in ("CNAME", "NS") else value


@dataclass
class Resolver:
    """Listens in a namespace; `view` can be replaced at any time."""

    view: View
    _transports: list[asyncio.BaseTransport | asyncio.Server] = field(default_factory=list)

    async def listen(self, namespace: Namespace, addresses: Iterable[str]) -> None:
        """Listen on port 53 of each address, over UDP and TCP."""
        loop = asyncio.get_running_loop()
        for address in addresses:
            with namespace.entered():
                datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                stream = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            datagrams.bind((address, 53))
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            stream.bind((address, 53))
            transport, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(self), sock=datagrams)
            self._transports += [transport, await asyncio.start_server(self._stream, sock=stream)]

    async def _stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while header := await reader.readexactly(2):
                query = await reader.readexactly(struct.unpack("!H", header)[0])
                if reply := answer(self.view, query):
                    writer.write(struct.pack("!H", len(reply)) + reply)
                    await writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.close()

    def close(self) -> None:
        """Stop listening."""
        for transport in self._transports:
            transport.close()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # The transport of Python 3.11 is not a subclass of DatagramTransport.
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        reply = answer(self._resolver.view, data)
        if reply and len(reply) > LARGEST_DATAGRAM:
            # The client repeats the query over TCP.
            truncated = DNSRecord.parse(reply).truncate()
            reply = bytes(truncated.pack())
        if reply and self._transport:
            self._transport.sendto(reply, addr)
