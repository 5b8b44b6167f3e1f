"""What the sandbox and its data plane tell each other: it arrives as it was sent."""

import socket
from collections.abc import Iterator
from multiprocessing.connection import Connection

import pytest

from privatelink.sandbox.dataplane.messages import Applied, Apply, HealthChanged, Ran, Run
from privatelink.sandbox.dataplane.outcome import Outcome
from privatelink.sandbox.dataplane.world import Instance, Interface, Record, World


@pytest.fixture
def ends() -> Iterator[tuple[Connection, Connection]]:
    """Both ends of a connection such as the data plane's."""
    one, other = socket.socketpair()
    with Connection(one.detach()) as sending, Connection(other.detach()) as receiving:
        yield sending, receiving


WORLD = World(
    instances=(Instance("i-1", Interface("eni-1", "vpc-1", "subnet-1", "10.0.0.4"), "host"),),
    public_records=(Record("www.example", "A", ("203.0.113.1",)),),
)


@pytest.mark.parametrize(
    "message",
    [
        Apply(1, WORLD),
        Applied(1, None),
        Applied(2, "nft failed"),
        Run(3, "i-1", ["sh", "-c", "exit"], 30.0),
        Run(4, "i-1", ["cat"], 0.5, text="standard input"),
        Ran(3, Outcome(-1, "out", "err", timed_out=True)),
        Ran(4, None),
        HealthChanged({("eni-1", "tg", "i-1"): True, ("eni-2", "tg", "i-1"): False}),
    ],
    ids=lambda message: type(message).__name__,
)
def test_a_message_arrives_as_it_was_sent(ends: tuple[Connection, Connection], message: object) -> None:
    sending, receiving = ends
    sending.send(message)
    arrived = receiving.recv()
    assert type(arrived) is type(message)
    assert arrived == message
