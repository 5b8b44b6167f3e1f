"""Reading plans: any valid one is survived, anything else is told with what to do."""

import copy
import functools
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privatelink.review.document import PlanError
from privatelink.review.findings import review, verdict
from privatelink.review.plan import check_apart, read_plan
from privatelink.review.render_json import as_json
from privatelink.review.render_markdown import as_markdown
from privatelink.review.render_sarif import as_sarif
from tests.support.mutations import places
from tests.support.plan_facts import as_document, as_plan, change, committed, document, plan, reviewed


def written(tmp_path, content):
    path = tmp_path / "plan.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (b'{"format_version": "\\ud800"}', "is not JSON"),
        (b"[" * 200_000, "is not JSON"),
        (
            b"PK\x03\x04",
            "is a binary plan, not JSON; convert it with `terraform show -json plan.json`",
        ),
        (b'{"@level":"info"}\n{"@level":"info"}', "is the log of `terraform plan -json`"),
        ([], "is JSON but not a plan: it must be an object"),
        ({}, "is JSON but not a plan"),
        ({"format_version": "1.0", "values": {}}, "is a state but not a plan"),
        ({"version": 4, "lineage": "x", "serial": 1}, "is a state but not a plan"),
        ({"format_version": 1, "resource_changes": []}, "is JSON but not a plan"),
        ({"format_version": "1.2", "resource_changes": {"a": 1}}, "resource_changes has the wrong type"),
    ],
    ids=range(13),
)
def test_what_is_no_plan_is_told_with_what_to_do(content, said, tmp_path):
    with pytest.raises(PlanError) as error:
        read_plan(written(tmp_path, content))

    assert str(error.value).startswith(f"{tmp_path / 'plan.json'}: {said}")
    assert "terraform show -json" in str(error.value)


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (None, ()),
        ([], ()),
        ([["name"]], ("name",)),
        ([["subnet_mapping", 0, "subnet_id"], ["subnet_mapping", 1], ["name"]], ("subnet_mapping", "name")),
        ([[], [0], ["name"]], ("", "name")),
    ],
)
def test_what_forces_a_replacement_is_an_attribute_also_if_it_is_a_block_in_it(paths, names):
    made = change("aws_lb.l", {"id": "l"}, {"id": "l"}, replaced_by=("name",))
    made["change"]["replace_paths"] = paths

    (found,) = as_plan(as_document(made)).changes
    assert found.replaced_by == names


def test_plans_of_one_name_or_of_one_state_are_refused():
    lb, listener = ({"id": f"arn:{name}"} for name in ("lb", "listener"))
    one = plan(change("aws_lb.a", lb, lb), stack="one")
    same = plan(change("aws_lb.b", lb, lb), stack="two")
    apart = plan(change("aws_lb.a", listener, listener), stack="two")

    check_apart([one])
    check_apart([one, apart])
    with pytest.raises(PlanError, match="two plans are called one"):
        check_apart([one, one])
    with pytest.raises(PlanError, match=r"one and two both have aws_lb\.a \(arn:lb\)"):
        check_apart([one, same])


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(PlanError, match="cannot be read: No such file or directory"):
        read_plan(tmp_path / "plan.json")


def test_a_plan_is_called_by_its_file_or_its_folder(tmp_path):
    content = as_document()
    folder = tmp_path / "shop-provider"
    folder.mkdir()

    assert read_plan(written(folder, content)).stack == "shop-provider"
    (tmp_path / "other.json").write_text(json.dumps(content))
    assert read_plan(tmp_path / "other.json").stack == "other"


@pytest.mark.parametrize(
    ("further", "note"),
    [
        ({"format_version": "2.0"}, "format version 2.0 of the plan is not 1.x: findings may be missing"),
        ({"format_version": "1.99"}, None),
        ({"errored": True}, "planning failed: the plan is incomplete and cannot be applied"),
        (
            {"complete": False},
            "the plan is incomplete: it was made with -target, and leaves out all other changes",
        ),
        (
            {"complete": False, "deferred_changes": [{"reason": "provider_config_unknown"}]},
            "the plan is incomplete: Terraform deferred changes to a later plan (1)",
        ),
        (
            {
                "checks": [
                    {"address": {"to_display": "check.health"}, "status": "fail"},
                    {"address": {"to_display": "check.other"}, "status": "unknown"},
                    {"address": {"to_display": "check.names"}, "status": "error"},
                ]
            },
            "checks failed: check.health, check.names",
        ),
    ],
)
def test_what_is_to_be_known_of_a_plan_is_noted(further, note):
    made = as_plan(as_document() | further)

    assert list(made.notes) == ([note] if note else [])
    assert (note or "No PrivateLink") in as_markdown(review([made]))


@pytest.mark.parametrize(
    ("further", "unfinished"),
    [
        ({}, False),
        # Terraform plans all that -target asks for.
        ({"complete": False}, False),
        ({"errored": True}, True),
        ({"deferred_changes": [{"reason": "provider_config_unknown"}]}, True),
    ],
)
def test_a_plan_without_all_its_changes_is_not_determined(further, unfinished):
    found = review([as_plan(as_document() | further)], strict=True)

    assert found.verdict == ("not determined" if unfinished else "no PrivateLink")
    assert found.exit_code == int(unfinished)
    assert verdict(found).startswith("Not determined: planning that did not finish") is unfinished


def test_what_a_plan_with_targets_leaves_out_is_as_in_the_prior_state():
    lb = {"id": "arn:lb", "arn": "arn:lb", "load_balancer_type": "network"}
    listener = {"id": "arn:l", "load_balancer_arn": "arn:lb", "port": 443, "protocol": "TCP"}
    service = {"id": "vpce-svc-1", "network_load_balancer_arns": ["arn:lb"]}
    state = {"address": "aws_vpc_endpoint_service.s", "type": "aws_vpc_endpoint_service", "values": service}
    content = as_document(
        change("aws_lb.l", lb, lb), change("aws_lb_listener.l", listener, listener | {"port": 444})
    ) | {"complete": False}

    assert review([as_plan(content)]).verdict == "no PrivateLink"
    content["prior_state"] = {"values": {"root_module": {"resources": [state]}}}
    assert "listener-changed" in {each.rule.id for each in review([as_plan(content)]).findings}
    # A complete plan has each resource of the state among its changes.
    assert review([as_plan(content | {"complete": True})]).verdict == "no PrivateLink"


def test_a_plan_of_drift_alone_has_no_finding_and_tells_it():
    drifted = change("aws_vpc_endpoint.a", {"id": "vpce-1"}, {"id": "vpce-1", "tags": {}})
    found = reviewed(plan(resource_drift=[drifted]))

    assert found.findings == []
    assert "1 changed outside Terraform" in as_markdown(found)


def test_a_plan_of_an_unknown_provider_is_survived():
    found = reviewed(
        plan(change("acme_rocket.a", {"fuel": {"kind": 1}}, {"fuel": [None, 2]}, unknown={"fuel": [True]}))
    )

    assert found.findings == []


def test_an_empty_plan_has_no_finding():
    found = reviewed(as_plan({"format_version": "1.2", "planned_values": {}}))

    assert (found.exit_code, as_markdown(found).splitlines()[0]) == (0, "**No PrivateLink in 1 plan**")


NAMES = (
    "nothing-changes",
    "endpoint-replaced",
    "private-dns-before-acceptance",
    "endpoint-loses-zone",
    "everything-destroyed",
)
ODD = st.sampled_from(
    [None, True, False, 0, -1, 2.5, "", "*", "0.0.0.0/0", "x" * 50, [], {}, [None], [[{}]], {"a": []}]
)


@functools.cache
def all_places(name):
    return [*places(document(name))]


@pytest.mark.slow
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(st.data())
def test_a_mutated_plan_is_reviewed_or_refused_and_never_a_traceback(data):
    name = data.draw(st.sampled_from(NAMES))
    mutated = copy.deepcopy(document(name))
    for _ in range(data.draw(st.integers(1, 12))):
        path = data.draw(st.sampled_from(all_places(name)))
        below = mutated
        try:
            for step in path[:-1]:
                below = below[step]
            if data.draw(st.booleans()):
                below[path[-1]] = data.draw(ODD)
            else:
                del below[path[-1]]
        except (KeyError, IndexError, TypeError):
            continue  # an earlier mutation took it away

    try:
        found = review([as_plan(mutated)])
    except PlanError:
        return
    for render in (as_markdown, as_json, as_sarif):
        assert render(found)


def test_the_committed_plans_read_as_they_are():
    assert committed("nothing-changes").changes


def test_what_resources_have_alike_is_kept_once_and_the_text_of_the_plan_is_not():
    same = [change(f"aws_lb.a[{n}]", {"id": f"{n}"}, {"id": f"{n}"}, sensitive={"a": {}}) for n in range(2)]
    one, other = (each._json for each in plan(*same).changes)

    assert one.before is one.after
    assert one.after_sensitive is other.after_sensitive is other.before_sensitive
    assert {type(value) for value in (one.before, one.after_unknown, one.after_sensitive)} == {bytes}
