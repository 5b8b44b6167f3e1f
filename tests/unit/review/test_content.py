"""What plans are read from: files, standard input, gzip; nothing without a limit."""

import gzip
import io
import json

import pytest

from privatelink.review import content
from privatelink.review.content import STDIO, read_content
from privatelink.review.document import PlanError
from privatelink.review.plan import read_plan
from tests.support.plan_facts import as_document, change

PLAN = json.dumps(as_document(change("a.b", None, {}))).encode()


def given(content, tmp_path, name="plan.json"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", ["shop.json", "shop.json.gz", "shop"])
def test_gzip_is_known_by_its_first_bytes_whatever_its_name(name, tmp_path):
    packed = given(gzip.compress(PLAN), tmp_path, name)

    assert read_content(packed) == PLAN
    assert read_plan(packed).stack == "shop"


def test_gzip_may_have_several_members(tmp_path):
    assert read_content(given(gzip.compress(PLAN[:9]) + gzip.compress(PLAN[9:]), tmp_path)) == PLAN


@pytest.mark.parametrize(
    "damaged",
    [gzip.compress(PLAN)[:-9], gzip.compress(PLAN)[:20], b"\x1f\x8b", b"\x1f\x8bxxxxxxxxxxxx",
     gzip.compress(PLAN) + b"x", gzip.compress(PLAN)[:12] + b"\xff" * 20],
    ids=range(6),
)  # fmt: skip
def test_damaged_gzip_is_refused_as_damaged(damaged, tmp_path):
    with pytest.raises(PlanError, match=r"plan\.json: is damaged: gzip: .*terraform show -json"):
        read_content(given(damaged, tmp_path))


def test_a_small_file_that_unpacks_to_more_than_the_limit_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(content, "LARGEST", 1024**2)
    monkeypatch.setattr(content, "_BLOCK", 1024)
    packed = gzip.compress(b" " * 2 * 1024**2)

    assert len(packed) < 4096
    with pytest.raises(PlanError, match="too large: a plan may have 1 MiB, unpacked"):
        read_content(given(packed, tmp_path))
    with pytest.raises(PlanError, match="too large"):
        read_content(given(b" " * (1024**2 + 1), tmp_path))
    assert len(read_content(given(b" " * 1024**2, tmp_path))) == 1024**2


def test_standard_input_is_a_plan(monkeypatch):
    for packed in (PLAN, gzip.compress(PLAN)):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(packed)))
        read = read_plan(STDIO)
        assert (read.stack, read.path, [each.address for each in read.changes]) == ("stdin", "-", ["a.b"])


def test_a_binary_plan_on_standard_input_is_refused(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"PK\x03\x04")))

    with pytest.raises(PlanError, match=r"convert it with `terraform show -json plan\.tfplan`"):
        read_content(STDIO)
