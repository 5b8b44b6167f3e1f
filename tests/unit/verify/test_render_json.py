"""The report as JSON."""

import json

from privatelink.escapes import json_text
from privatelink.verify.render_json import as_json
from tests.support.hostile_text import NASTY
from tests.support.verify_reports import BROKEN, EVERY, FAILED, HOSTILE, WHOLE


def test_every_check_the_hops_and_the_first_broken_one():
    report = as_json(EVERY)
    whole, broken, half, unknown = report["consumers"]

    assert (report["verdict"], report["at"], report["error"]) == (
        "broken",
        "2026-05-04T03:02:01+00:00",
        None,
    )
    assert [item["verdict"] for item in report["consumers"]] == [
        "works",
        "broken",
        "no check failed",
        "could not be checked",
    ]
    assert (whole["consumer"], whole["error"], whole["first_broken"]) == ("client", None, None)
    assert whole["checks"][0] == {
        "id": "connection",
        "step": "W8",
        "expected": "the connection is available for the service provider",
        "observed": "vpce-1 available",
        "outcome": "holds",
        "hop": "connection",
        "cause": "",
    }
    assert len(whole["checks"]) == len(WHOLE.checks)
    assert broken["first_broken"]["id"] == BROKEN.broken.id == "backends"
    assert {"hop": "backend", "side": "service provider", "state": "broken"} in broken["hops"]
    assert {item["state"] for item in half["hops"]} == {"works", "partly checked", "not checked"}
    assert (unknown["error"], unknown["checks"], unknown["hops"]) == (
        "i-1 has not registered with Systems Manager within 60 s",
        [],
        [],
    )


def test_an_error_of_all():
    assert as_json(FAILED)["error"] == "no generated Terraform in cdktf.out"


def test_texts_are_complete():
    (found, unknown) = json.loads(json_text(as_json(HOSTILE)))["consumers"]

    assert unknown["error"] == found["checks"][0]["observed"] == NASTY
    assert len(found["checks"][1]["observed"]) == 100_000
