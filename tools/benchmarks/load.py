"""Send requests to a server, each over a new connection: `python3 load.py HOST REQUESTS MEGABYTES`.

Prints JSON with the lost requests, the times, and the throughput of one large response. Runs on a machine of
the data plane with only the standard library.
"""

import http.client
import json
import socket
import statistics
import sys
import time

BLOCK = 1 << 20


def ask(host: str, port: int, path: str) -> int:
    """Return the number of bytes of a response."""
    connection = http.client.HTTPConnection(host, port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        size = 0
        while block := answer.read(BLOCK):
            size += len(block)
        return size if answer.status == 200 else 0
    finally:
        connection.close()


def main() -> None:
    """Measure and print the results."""
    # Resolved once, to measure the path without the resolver.
    host, requests, megabytes = socket.gethostbyname(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    taken, lost = [], 0
    began = time.perf_counter()
    for _ in range(requests):
        before = time.perf_counter()
        try:
            lost += not ask(host, 80, "/")
        except OSError:
            lost += 1
        taken.append(time.perf_counter() - before)
    seconds = time.perf_counter() - began
    figures = {
        "requests": requests,
        "lost": lost,
        "per_second": requests / seconds,
        "median_ms": statistics.median(taken) * 1000,
        "p99_ms": statistics.quantiles(taken, n=100)[98] * 1000,
    }
    if megabytes:
        before = time.perf_counter()
        size = ask(host, 8080, f"/bytes/{megabytes * BLOCK}")
        figures["megabytes_per_second"] = size / BLOCK / (time.perf_counter() - before)
    print(json.dumps(figures))


main()
