"""A staged change as JSON."""

from privatelink.changes.staged import LAST, Kind, Stage, Staged


def test_json_has_all_of_it() -> None:
    kind = Kind(
        "odd",
        what="an odd change",
        why="AWS refuses it",
        page="https://docs.aws.amazon.com/",
        instead="do it twice",
    )
    found = Staged("shop-provider", "aws_lb.this", "it changes", kind, (Stage(("edit",), ("command",)), LAST))
    assert found.as_json() == {
        "stack": "shop-provider",
        "address": "aws_lb.this",
        "kind": "odd",
        "change": "it changes",
        "why": "AWS refuses it",
        "page": "https://docs.aws.amazon.com/",
        "stages": [
            {"edits": ["edit"], "commands": ["command"]},
            {"edits": ["the file as it is now"], "commands": []},
        ],
    }
