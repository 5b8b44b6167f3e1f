"""A process in the place of the data plane's, without a kernel: it answers as the test says in what it sends.

A world says so by the name of its first public record, a command by its first word.
"""

import os
import sys
from multiprocessing.connection import Connection

from privatelink.sandbox.dataplane.messages import Applied, Apply, HealthChanged, Ran, Run
from privatelink.sandbox.dataplane.outcome import Outcome
from privatelink.sandbox.dataplane.world import Record, World

REFUSED, SILENT, LEAVE, NOBODY, HEALTH = "refused", "silent", "leave", "nobody", "health"


def world(says: str = "") -> World:
    """A world that is answered so."""
    return World(public_records=(Record(says, "A", ()),))


def main(connection: Connection) -> None:
    """Answer until the other end is gone."""
    while True:
        try:
            message = connection.recv()
        except EOFError:
            return
        if isinstance(message, Apply):
            says = message.world.public_records[0].name
            if says == HEALTH:
                connection.send(HealthChanged({("eni-1", "tg", "i-1"): True}))
            if says not in (SILENT, LEAVE):
                connection.send(Applied(message.number, "nft failed" if says == REFUSED else None))
        elif isinstance(message, Run):
            says = message.command[0]
            told = f"{message.machine_id} {' '.join(message.command)} {message.seconds}"
            if says not in (SILENT, LEAVE):
                outcome = None if says == NOBODY else Outcome(0, told, message.text)
                connection.send(Ran(message.number, outcome))
        if says == LEAVE:
            os._exit(1)


if __name__ == "__main__":
    main(Connection(int(sys.argv[1])))
