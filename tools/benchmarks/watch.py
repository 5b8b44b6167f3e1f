"""Send requests to a server until one succeeds, or until one fails: `python3 watch.py HOST answers|shut`.

Prints its start time, then the end of the first response, or the start of the first failed request, in
seconds since the epoch. Runs on a machine of the data plane with only the standard library.
"""

import http.client
import sys
import time

SECONDS = 30
PATIENCE = 0.3


def answers(host: str) -> bool:
    """Return whether a request succeeds."""
    connection = http.client.HTTPConnection(host, 80, timeout=PATIENCE)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def main() -> None:
    """Send requests and print the times."""
    host, wanted = sys.argv[1], sys.argv[2] == "answers"
    deadline = time.time() + SECONDS
    print(time.time(), flush=True)
    while time.time() < deadline:
        began = time.time()
        if answers(host) == wanted:
            print(time.time() if wanted else began)
            return
        time.sleep(0.01)
    sys.exit(f"not within {SECONDS} s")


main()
