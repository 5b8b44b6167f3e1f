"""Many consumers at once, and many requests."""

import shlex
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.dataplane_fixtures import Consumer, Lab, accept, build_consumer, build_service

pytestmark = [pytest.mark.dataplane, pytest.mark.slow]
CONSUMERS = 20
REQUESTS = 2000

LOAD = """
import collections, http.client, sys
got = collections.Counter()
for _ in range(int(sys.argv[2])):
    connection = http.client.HTTPConnection(sys.argv[1], timeout=30)
    connection.request("GET", "/")
    got[connection.getresponse().read().decode().strip()] += 1
    connection.close()
print(dict(got))
"""


def test_twenty_consumers_with_the_same_addresses_at_once(provider_lab: Lab, consumer_lab: Lab) -> None:
    service = build_service(provider_lab, internal=True)
    consumers = [build_consumer(consumer_lab, service) for _ in range(CONSUMERS)]
    accept(service, *consumers)
    service.wait_healthy()

    def texts(consumer: Consumer) -> list[str]:
        return [consumer.probe.curl(name, 30) for name in consumer.names[1:]]

    with ThreadPoolExecutor(CONSUMERS) as pool:
        assert list(pool.map(texts, consumers)) == [["ZIGISPACE - SVR#1", "ZIGISPACE - SVR#2"]] * CONSUMERS
    command = shlex.join(["python3", "-c", LOAD, consumers[0].names[1], str(REQUESTS)])
    assert consumers[0].probe.run(command) == str({"ZIGISPACE - SVR#1": REQUESTS})
