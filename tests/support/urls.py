"""Plain requests to a sandbox, as a program other than an AWS client sends them."""

import json
import urllib.error
import urllib.request

from privatelink.sandbox.process import Sandbox


def status(sandbox: Sandbox, path: str, body: object = None, **headers: str) -> int:
    """Status of the answer: a GET, or with `body` a POST of JSON; `_` in a header's name is `-`."""
    request = urllib.request.Request(
        sandbox.url + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code
