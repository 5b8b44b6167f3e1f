"""A finding."""

from dataclasses import asdict

from privatelink.doctor.finding import Finding


def test_it_is_json_as_it_stands() -> None:
    assert asdict(Finding("Node.js", "missing", "no command", "install it", ("synth",))) == {
        "name": "Node.js",
        "state": "missing",
        "found": "no command",
        "fix": "install it",
        "needed_for": ("synth",),
    }
