"""Lines of Terraform's machine-readable output, read."""

import json

from privatelink.terraform.events import Event, EventReader
from privatelink.terraform.plan import Summary


def read(*lines: dict[str, object] | str) -> tuple[EventReader, list[Event]]:
    events: list[Event] = []
    reader = EventReader(events.append)
    for line in lines:
        reader.read(line if isinstance(line, str) else json.dumps(line))
    return reader, events


def test_a_step_of_a_resource() -> None:
    hook = {
        "resource": {"addr": "aws_lb.nlb"},
        "action": "create",
        "elapsed_seconds": 61,
        "id_value": "arn:aws:…",
    }
    _, events = read({"@message": "aws_lb.nlb: Creation complete", "type": "apply_complete", "hook": hook})
    assert events == [
        Event("complete", "aws_lb.nlb: Creation complete", "aws_lb.nlb", "create", 61, "arn:aws:…")
    ]


def test_counts_with_imports_and_from_a_version_that_has_none() -> None:
    counts = {"add": 1, "change": 2, "remove": 3, "operation": "plan"}
    assert read({"type": "change_summary", "changes": counts})[0].summary == Summary(1, 2, 3)
    assert read({"type": "change_summary", "changes": {**counts, "import": 4}})[0].summary == Summary(
        1, 2, 3, 4
    )


def test_a_diagnostic_said_twice_is_one() -> None:
    line = {"@message": "odd", "type": "diagnostic", "diagnostic": {"severity": "warning", "summary": "odd"}}
    reader, events = read(line, line)
    assert [found.summary for found in reader.result().warnings] == ["odd"]
    assert [event.kind for event in events] == ["diagnostic"]


def test_what_is_no_event_is_kept_as_text() -> None:
    reader, events = read("flag provided but not defined", '{"no": "type"}', "[]")
    assert (reader.unread, events) == (["flag provided but not defined", '{"no": "type"}', "[]"], [])
