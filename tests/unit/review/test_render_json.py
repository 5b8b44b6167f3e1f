"""JSON: everything there is to say, for machines."""

from privatelink.review.render_json import as_document
from tests.support.plan_facts import committed, reviewed


def test_json_has_findings_paths_and_their_hops():
    document = as_document(reviewed(committed("targets-closed")))

    (finding,) = document["findings"]
    (path,) = document["paths"]
    assert finding["rule"] == "path-broken"
    assert (path["before"]["state"], path["after"]["state"]) == ("open", "broken")
    assert [hop["name"] for hop in path["after"]["hops"] if hop["holds"] is False] == [
        "target security group"
    ]
    assert document["format"] == 1
