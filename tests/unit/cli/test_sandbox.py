"""`privatelink sandbox`: what it refuses before moto is imported, and what it passes on."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import run


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_wrong_port_is_refused_before_anything_is_imported(port: str) -> None:
    code = (
        "import sys; from privatelink.cli.app import main\n"
        "code = main(['sandbox', '--port', sys.argv[1]]); assert 'moto' not in sys.modules; sys.exit(code)"
    )
    ran = subprocess.run([sys.executable, "-c", code, port], capture_output=True, text=True, check=False)

    assert ran.returncode == 2, ran.stderr
    assert "port" in ran.stderr


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], {}),
        (["--data-plane"], {"data_plane": True}),
        (["--no-data-plane"], {"data_plane": False}),
        (["--no-data-plane", "--any-credentials"], {"data_plane": False, "any_credentials": True}),
        (["--exports", "sandbox.sh"], {"exports": Path("sandbox.sh")}),
        (["--exit-with-parent", "7"], {"parent": 7}),
    ],
)
def test_options_are_passed_on(
    options: list[str], expected: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    from privatelink.sandbox import server

    served: list[tuple[int, dict[str, Any]]] = []
    monkeypatch.setattr(server, "serve", lambda port, **settings: served.append((port, settings)))

    assert run("sandbox", "--port", "0", "--verbose", *options).exit_code == 0
    defaults = {"verbose": True, "parent": None, "data_plane": None, "any_credentials": False}
    assert served == [(0, {**defaults, "exports": None, **expected})]


def test_what_cannot_start_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    from privatelink.sandbox import server

    def refuse(*_: Any, **__: Any) -> None:
        raise server.SandboxError("port 5566 on 127.0.0.1 is in use")

    monkeypatch.setattr(server, "serve", refuse)

    ran = run("sandbox")

    assert (ran.exit_code, ran.stderr) == (2, "error: port 5566 on 127.0.0.1 is in use\n")
