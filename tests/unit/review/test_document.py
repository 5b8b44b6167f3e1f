"""The JSON of a plan: what is read, what is skipped, and what is refused, with the place."""

import json

import pytest

from privatelink.review.document import Document, PlanError, read_document, resource_changes
from tests.support.plan_facts import as_document, change


def read(document):
    return read_document(json.dumps(document).encode(), "plan.json")


def changes(document):
    return [*resource_changes(read(document), "plan.json")]


@pytest.mark.parametrize(
    ("document", "is_plan", "is_state"),
    [
        ({"format_version": "1.2", "resource_changes": []}, True, False),
        ({"format_version": "1.2", "planned_values": {}}, True, False),
        ({"format_version": "1.2", "output_changes": {}}, True, False),
        ({"format_version": "1.2", "configuration": {}}, True, False),
        ({"format_version": "1.2"}, False, False),
        ({"format_version": 1, "resource_changes": []}, False, False),
        ({"resource_changes": []}, False, False),
        ({"format_version": "1.0", "values": {}}, False, True),
        ({"lineage": "x"}, False, True),
        ({"serial": 1}, False, True),
    ],
)
def test_a_plan_is_told_from_a_state_and_from_any_other_json(document, is_plan, is_state):
    made = read(document)

    assert (made.is_plan, made.is_state) == (is_plan, is_state)


CHANGE = ("resource_changes", 0, "change")


def broken(path, value):
    document = as_document(
        change("a.b", {"id": "x"}, {"id": "x"}), prior_state={"values": {"root_module": {}}}
    )
    below = document
    for step in path[:-1]:
        below = below[step]
    below[path[-1]] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("resource_changes",), {"a": 1}, "resource_changes has the wrong type: expected `array | null`"),
        (("resource_changes", 0), 1, "resource_changes[0] has the wrong type"),
        ((*CHANGE[:2], "address"), None, "resource_changes[0].address has the wrong type"),
        ((*CHANGE[:2], "index"), [1], "resource_changes[0].index has the wrong type"),
        (CHANGE, {}, "resource_changes[0].change has the wrong type: object missing"),
        ((*CHANGE, "actions"), "create", "resource_changes[0].change.actions has the wrong type"),
        ((*CHANGE, "replace_paths"), [1], "resource_changes[0].change.replace_paths[0] has the wrong type"),
        (("configuration",), [], "configuration has the wrong type"),
        (("errored",), "yes", "errored has the wrong type: expected `bool`, got `str`"),
        (("prior_state", "values", "root_module", "resources"), {}, "prior_state.values.root_module.res"),
        (("resource_drift",), [{}], "resource_drift[0] has the wrong type"),
    ],
)  # fmt: skip
def test_a_damaged_plan_is_refused_with_the_place(path, value, place):
    with pytest.raises(PlanError) as error:
        changes(broken(path, value))

    assert str(error.value).startswith(f"plan.json: {place}")
    assert "the file is damaged; create one with `terraform plan -out=plan.tfplan`" in str(error.value)


@pytest.mark.parametrize("name", ["resource_changes", "resource_drift", "configuration", "prior_state"])
def test_what_is_null_is_not_there(name):
    assert getattr(read(as_document() | {name: None}), name) is None


def test_what_the_review_does_not_read_is_skipped_whatever_it_is():
    (one,) = changes(
        as_document(change("a.b", None, {}, provider_name=1), relevant_attributes="x", variables=[1])
    )

    assert (one.address, one.change.actions) == ("a.b", ("create",))


def test_powershells_utf_16_is_read():
    content = json.dumps(as_document(change("a.ü", None, {}))).encode("utf-16")

    (one,) = resource_changes(read_document(content, "plan.json"), "plan.json")
    assert one.address == "a.ü"


DEEP = b"[" * 100_000


@pytest.mark.parametrize("content", [DEEP, b'{"x": ' + DEEP, b'{"a": "\xff', b"{} {}"], ids=range(4))
def test_what_is_no_json_is_refused(content):
    with pytest.raises(PlanError, match=r"plan\.json: is not JSON: "):
        read_document(content, "plan.json")


def test_values_are_kept_as_bytes_until_they_are_asked_for():
    (one,) = changes(as_document(change("a.b", {"id": "x"}, None)))

    assert bytes(one.change.before) == b'{"id": "x"}'
    assert isinstance(read(as_document()), Document)
