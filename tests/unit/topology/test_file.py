"""The message for a wrong file: place, field, rule, value, excerpt, what is allowed, and the fix."""

# ruff: noqa: E501  (one case is one line)

import copy
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from privatelink.topology.file import LARGEST_FILE, LONGEST_EXCERPT, MOST_SHOWN, TopologyError, load, parse
from privatelink.topology.model import Topology
from tests.support.full_topologies import full_topologies
from tests.support.project import PROJECT
from tests.support.rules import breaks, keeps, wrong
from tests.support.topology_cases import (
    FILE,
    FILE_WITHOUT_A_SERVICE,
    check_change,
    check_wording,
    only,
    refused,
)
from tests.support.topology_fuzz import checked, mutated_examples
from tests.support.topology_strategies import BROKEN_RULES, EXAMPLES, topologies
from tests.support.written import written


def refused_file(path, rule):
    with pytest.raises(TopologyError) as error:
        load(path)
    (problem,) = error.value.problems
    assert problem.file == str(path)
    assert str(error.value).startswith(str(path))
    assert problem.rule == rule
    return problem


@keeps(
    "file-missing",
    "file-directory",
    "file-unreadable",
    "file-size",
    "file-encoding",
    "file-empty",
    "file-mapping",
    "field-missing",
    "field-unknown",
    "field-unsupported",
    "value-unknown",
    "value-missing",
    "value-type",
)
def test_a_right_file(tmp_path):
    path = tmp_path / "topology.yaml"
    path.write_text(FILE)
    assert load(path) == parse(FILE)


def test_the_right_file_is_right():
    assert parse(FILE).name == "shop"
    assert parse(FILE_WITHOUT_A_SERVICE).name == "shop"


# What of the file is replaced, by what, and the text at which the problem is; the field; the rule; words.
WRONG = {
    "unknown field": (("  acceptance: manual", "  acceptence: manual", "acceptence"), "service.acceptence", "field-unknown", '"acceptence"', "did you mean acceptance"),
    "unknown field, nothing like it": (("name: shop", "name: shop\nqqq: 1", "qqq"), "qqq", "field-unknown", "consumers", "remove it"),
    "Lattice service network": (("    endpoint:\n", "    endpoint:\n      service_network_arn: x\n", "service_network_arn"), "consumers.client.endpoint.service_network_arn", "field-unsupported", "VPC Lattice service networks are not supported yet", "aws_vpc_endpoint"),
    "gateway load balancer": (("  acceptance: manual", "  gateway_load_balancer_arns: []", "gateway_load_balancer_arns"), "service.gateway_load_balancer_arns", "field-unsupported", "not supported yet"),
    "missing field": (("  region: ap-northeast-2\n", "", "service:"), "service.region", "field-missing", "field is missing", "add `region`"),
    "missing CIDR": (("    cidr: 10.10.0.0/16\n", "", "network:\n    zones"), "service.network.cidr", "network-incomplete", "`cidr` is missing", "`cidr` and `zones`"),
    "missing in a list": (("- port: 443", "- {}", "{}"), "service.listeners[1].port", "field-missing", "field is missing", "add `port`"),
    "unknown value": (("acceptance: manual", "acceptance: manul", "manul"), "service.acceptance", "value-unknown", '"manul"', "manual, ", "did you mean manual"),
    "unknown value, nothing like it": (("acceptance: manual", "acceptance: qqq", "qqq"), "service.acceptance", "value-unknown", "manual, ", "choose one of these"),
    "text for a number": (("    port: 80\n", '    port: "80"\n', '"80"'), "service.backends.port", "value-type", "must be a whole number, not text", '"80"', "remove the quotes: 80"),
    "octal": (("    port: 80\n", "    port: 012\n", "012\n"), "service.backends.port", "value-type", "a number not in plain digits", "012", "without a leading zero"),
    "base 60": (("    port: 80\n", "    port: 22:22\n", "22:22"), "service.backends.port", "value-type", "a number not in plain digits", "22:22"),
    "fraction": (("    port: 80\n", "    port: 80.5\n", "80.5"), "service.backends.port", "value-type", "must be a whole number", "80.5"),
    "not a number": (("    port: 80\n", "    port: .nan\n", ".nan"), "service.backends.port", "value-type", "must be a whole number", ".nan"),
    "endless number": (("    port: 80\n", f"    port: {'9' * 5000}\n", "999" * 1000 + "9" * 2000), "service.backends.port", "value-type", "must be a whole number"),
    "truth for a number": (("    port: 80\n", "    port: yes\n", "yes"), "service.backends.port", "value-type", "not true or false", "yes"),
    "truth for text": (("platform", "no", "no}"), "tags.team", "value-type", "must be text, not true or false", 'quotes: "no"'),
    "date for text": (("platform", "2024-01-01", "2024-01-01"), "tags.team", "value-type", "must be text, not a date", 'quotes: "2024-01-01"'),
    "number for text": (("name: shop", "name: 80", "80\ntags"), "name", "value-type", "must be text, not a number", 'quotes: "80"'),
    "text for truth": (("    scheme: internet-facing", '    cross_zone: "true"', '"true"'), "service.load_balancer.cross_zone", "value-type", "must be true or false, not text", "remove the quotes: true"),
    "text for a list": (("[arn:aws:iam::123456789012:root]", "'*'", "'*'"), "service.allowed_principals", "value-type", "must be a list, not text", "[*]"),
    "list for a mapping": (("tags: {team: platform}", "tags: [team]", "tags"), "tags", "value-type", "must be a mapping, not a list"),
    "nothing": (("    port: 80\n", "    port:\n", "port:\n  load"), "service.backends.port", "value-missing", "a whole number", "remove the line"),
    "nothing for a mapping": (("tags: {team: platform}", "tags:", "tags"), "tags", "value-missing", "a mapping"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "field", "rule", "words"), wrong(WRONG))
def test_wrong(change, field, rule, words):
    check_change(FILE, change, field, rule, words)


def test_the_message_has_the_documented_form():
    text = FILE.replace("ap-northeast-2c]\n  backends", "us-east-1a]\n  backends")
    problem = only(text)
    assert str(problem) == (
        f'topology.yaml:7:30: service.network.zones[1]: {problem.what}: "us-east-1a" [zone-region]\n'
        "  7 |     zones: [ap-northeast-2a, us-east-1a]\n"
        "    |                              ^^^^^^^^^^\n"
        f"  allowed: {problem.allowed}\n"
        f"  fix: {problem.fix}"
    )


# ---- the excerpt


def excerpt_of(old, new):
    """The excerpt of the one problem of a changed file, without the numbers of lines, as two lines."""
    line, mark = only(FILE.replace(old, new)).excerpt.splitlines()
    margin = line.index("|")
    assert mark.startswith(" " * margin + "| ")
    return line[margin + 2 :], mark[margin + 2 :]


# What of the file is replaced, by what; the line and the mark.
EXCERPTS = {
    "value": (("acceptance: manual", "acceptance: maybe  # ask"), "  acceptance: maybe  # ask", "              ^^^^^"),
    "value in quotes": (("    port: 80\n", '    port: "80" \n'), '    port: "80" ', "          ^^^^"),
    "value with an escape": (("name: shop", 'name: "sh\\x41p"'), 'name: "sh\\x41p"', "      ^^^^^^^^^"),
    "key": (("acceptance: manual", "acceptence: manual"), "  acceptence: manual", "  ^^^^^^^^^^"),
    "key in quotes": (("acceptance: manual", "'acceptence': manual"), "  'acceptence': manual", "  ^^^^^^^^^^^^"),
    "key of nothing": (("    port: 80\n", "    port:\n"), "    port:", "    ^^^^"),
    "key of a mapping": (("tags: {team: platform}", "tags: [team]"), "tags: [team]", "^^^^"),
    "item": (("ap-northeast-2c]\n  back", "seoul]\n  back"), "    zones: [ap-northeast-2a, seoul]", " " * 29 + "^^^^^"),
    "text of several lines": (("name: shop", "name: |\n  shop"), "name: |", "      ^"),
    "empty text": (("name: shop", "name: ''"), "name: ''", "      ^^"),
    "tab": (("acceptance: manual", "acceptance:\tmaybe"), "  acceptance: maybe", "              ^^^^^"),
    "what a terminal would act on": (("name: shop", "name: Shop # \u202e"), "name: Shop #  ", "      ^^^^"),
    "characters of two bytes": (("tags: {team: platform}", "tags: {é: è, x: 1}"), "tags: {é: è, x: 1}", " " * 16 + "^"),
    "combined characters": (('\n    text: "SVR {zone}"\n    port: 80\n', ' {text: "e\u0301", port: x}\n'), '  backends: {text: "e\u0301", port: x}', " " * 30 + "^"),
    "characters of two columns": (("name: shop", "name: 서버"), "name: 서버", "      ^^^^"),
    "after characters of two columns": (("tags: {team: platform}", "tags: {팀: 개발, x: 1}"), "tags: {팀: 개발, x: 1}", " " * 20 + "^"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "line", "mark"), EXCERPTS.values(), ids=EXCERPTS)
def test_the_excerpt_has_the_line_and_marks_the_fault(change, line, mark):
    assert excerpt_of(*change) == (line, mark)


def test_a_line_as_long_as_an_excerpt_is_shown_whole():
    comment = "#" * (LONGEST_EXCERPT - len("name: Shop "))
    line, mark = excerpt_of("name: shop", f"name: Shop {comment}")
    assert line == f"name: Shop {comment}"
    assert mark == "      ^^^^"


def test_of_a_longer_line_the_part_around_the_fault_is_shown():
    tags = ", ".join(f"key{number}: v" for number in range(100, 160))
    line, mark = excerpt_of("{team: platform}", f"{{{tags.replace('key130: v', 'key130: 80')}}}")
    assert line.startswith("…")
    assert line.endswith("…")
    assert len(line) == LONGEST_EXCERPT + 2
    assert line[mark.index("^") : len(mark)] == "80"
    assert line[mark.index("^") - len("key130: ") :].startswith("key130: 80, key131")


def test_the_end_of_a_longer_line_is_shown_to_its_end():
    tags = ", ".join(f"key{number}: v" for number in range(100, 160))
    line, mark = excerpt_of("{team: platform}", f"{{{tags}, last: 80}}")
    assert line.startswith("…")
    assert line.endswith("last: 80}")
    assert len(line) == LONGEST_EXCERPT + 1
    assert line[mark.index("^") : len(mark)] == "80"


def test_a_value_longer_than_the_excerpt_is_marked_as_far_as_it_is_shown():
    line, mark = excerpt_of("name: shop", f"name: {'x' * 500}")
    assert line == f"name: {'x' * (LONGEST_EXCERPT - len('name: '))}…"
    assert mark == f"      {'^' * (LONGEST_EXCERPT - len('name: '))}"


def test_lines_end_where_they_end_for_yaml():
    problem = only("name: shop\r\nx: 1\n")
    assert (problem.line, problem.excerpt) == (2, "2 | x: 1\n  | ^")
    problem = only("# \u2028name: Shop\n" + FILE.replace("name: shop\n", ""))
    assert (problem.line, problem.excerpt) == (2, "2 | name: Shop\n  |       ^^^^")


def test_a_fault_at_the_end_of_the_file_has_no_excerpt():
    problem = only("name: [\n")
    assert (problem.line, problem.excerpt) == (2, "")


def test_problems_are_reported_all_at_once_in_the_files_order():
    text = FILE.replace("10.10.0.0/16", "10.10.5.0/16").replace("manual", "maybe").replace("ELB-Pub", "-x")
    assert [problem.field for problem in refused(text).problems] == [
        "service.network.cidr",
        "service.load_balancer.name",
        "service.acceptance",
    ]


def test_very_many_problems_are_counted_not_shown():
    principals = ", ".join(f"x{n}" for n in range(MOST_SHOWN + 7))
    error = refused(FILE.replace("arn:aws:iam::123456789012:root", principals))
    assert len(error.problems) == MOST_SHOWN + 7
    assert str(error).endswith("and 7 more")


def test_a_warning_is_no_error():
    text = FILE.replace("zones: [ap-northeast-2a, ap-northeast-2c]", "zones: [ap-northeast-2a]")
    assert [warning.rule.id for warning in parse(text).warnings] == ["one-zone"]


# ---- files that cannot be read


@breaks("file-missing")
def test_file_missing(tmp_path):
    assert refused_file(tmp_path / "none.yaml", "file-missing").what == "no such file"


@breaks("file-directory")
def test_directory_given(tmp_path):
    assert refused_file(tmp_path, "file-directory").what == "a directory, not a file"


@breaks("file-unreadable")
@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_file_not_readable(tmp_path):
    path = tmp_path / "topology.yaml"
    path.write_text(FILE)
    path.chmod(0)
    assert "permission denied" in refused_file(path, "file-unreadable").what


@breaks("file-unreadable")
def test_path_that_no_system_has():
    assert "cannot be read" in refused_file(Path("a\0b"), "file-unreadable").what


@breaks("file-empty")
@pytest.mark.parametrize("content", [b"", b"\n\n", b"# only a comment\n", b"---\n", b"~"])
def test_empty_file(tmp_path, content):
    path = tmp_path / "topology.yaml"
    path.write_bytes(content)
    problem = refused_file(path, "file-empty")
    assert problem.what == "empty file"
    assert problem.excerpt == ""


@breaks("file-encoding")
def test_not_utf8_names_the_byte(tmp_path):
    path = tmp_path / "topology.yaml"
    path.write_bytes(b"name: caf\xe9\n")
    problem = refused_file(path, "file-encoding")
    assert problem.what == "not UTF-8 at byte 9"
    assert problem.given == "0xe9"


@breaks("file-encoding")
def test_utf16_is_not_utf8(tmp_path):
    path = tmp_path / "topology.yaml"
    path.write_bytes(FILE.encode("utf-16"))
    assert refused_file(path, "file-encoding").what == "not UTF-8 at byte 0"


def test_a_byte_order_mark_and_windows_line_ends_are_no_matter(tmp_path):
    path = tmp_path / "topology.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode())
    assert load(path) == parse(FILE)


@breaks("file-size")
def test_file_too_large(tmp_path):
    path = tmp_path / "topology.yaml"
    path.write_bytes(FILE.encode() + b"#" * LARGEST_FILE)
    problem = refused_file(path, "file-size")
    assert problem.what == "file too large"
    assert str(LARGEST_FILE) in problem.allowed


@pytest.mark.parametrize("filler", [b"1,", b"x: [y]\n", b"- - -\n", b"'", b'"\\', b"!a ", b"&a ", b"? "])
def test_the_largest_file_is_refused_in_little_time(tmp_path, filler):
    path = tmp_path / "topology.yaml"
    path.write_bytes((b"a: [" + filler * LARGEST_FILE)[:LARGEST_FILE])
    started = time.process_time()
    with pytest.raises(TopologyError):
        load(path)
    assert time.process_time() - started < 5


REFUSED = {
    "list at the top": ("- name: x\n", "the file is a list, not a mapping", 1, 1),
    "text at the top": ("shop\n", "the file is text, not a mapping", 1, 1),
    "number at the top": ("80\n", "the file is a number, not a mapping", 1, 1),
}


@breaks("file-mapping")
@pytest.mark.parametrize(("text", "what", "line", "column"), REFUSED.values(), ids=REFUSED)
def test_no_mapping_at_the_top(text, what, line, column):
    problem = refused(text).problems[-1]
    assert problem.rule == "file-mapping"
    assert what in problem.what
    assert (problem.line, problem.column) == (line, column)
    assert problem.allowed
    assert problem.fix


def test_a_character_that_a_terminal_would_act_on_is_shown_as_an_escape():
    problem = only(FILE.replace("name: shop", 'name: "sh\\u202eop\\e[31m"'))
    assert "sh\\u202eop\\x1b[31m" in str(problem)
    assert "\x1b" not in str(problem)


def test_a_long_value_does_not_hide_the_message():
    assert len(str(only(FILE.replace("name: shop", f"name: {'x' * 100_000}")))) < 1000


# ---- start


def test_nothing_slow_is_imported():
    code = "import sys, privatelink.topology.file; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "privatelink.topology.file" in loaded
    assert not loaded & {"cdktf", "cdktn", "jsii", "boto3", "typer", "rich", "email_validator", "difflib"}


# ---- any topology, any file, any value


SCHEMA = jsonschema.Draft202012Validator(
    json.loads((PROJECT / "docs" / "topology.schema.json").read_text("utf-8"))
)


@pytest.mark.slow
@settings(deadline=None, max_examples=25)
@given(full_topologies())
def test_a_valid_topology_survives_being_written_and_read(topology):
    assert parse(written(topology)) == Topology.model_validate(topology)


@pytest.mark.slow
@pytest.mark.parametrize("rule", BROKEN_RULES)
@settings(deadline=None, max_examples=2)
@given(data=st.data())
def test_one_broken_rule_is_refused_by_the_fields_name(rule, data):
    topology = data.draw(topologies(service=True, consumers=True))
    broken = copy.deepcopy(topology)
    field = BROKEN_RULES[rule](broken)
    with pytest.raises(TopologyError) as refused:
        parse(written(broken))
    assert field in [problem.field for problem in refused.value.problems]
    check_wording(refused.value)


@pytest.mark.slow
@settings(deadline=None, max_examples=100)
@given(
    st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_any_bytes_are_read_or_refused(data):
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "topology.yaml"
        path.write_bytes(data)
        with pytest.raises(TopologyError) as refused:  # no such bytes make a topology
            load(path)
    check_wording(refused.value)


def fields(node):
    if isinstance(node, dict):
        yield from node.get("properties", ())
        for value in node.values():
            yield from fields(value)


SCALARS = (
    st.sampled_from(["ap-northeast-2a", "10.0.0.0/16", "80", "no", "", "*", "manual", "a\u202eb", "x" * 500])
    | st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.dates()
)


ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(sorted(set(fields(SCHEMA.schema)))) | SCALARS, inner, max_size=4)
    ),
    max_leaves=8,
)


def test_a_mutated_example_is_read_or_refused():
    """`make fuzz` tries more of them."""
    found = [checked(text) for text in mutated_examples(200)]

    assert 20 < sum(isinstance(each, Topology) for each in found) < 180


@pytest.mark.slow
@settings(deadline=None, max_examples=100)
@given(st.data())
def test_any_value_in_any_place_is_read_or_refused(data):
    topology = yaml.safe_load(data.draw(st.sampled_from(EXAMPLES)).read_text(encoding="utf-8"))
    part, steps = topology, data.draw(st.integers(0, 6))
    for _ in range(steps):
        inner = [key for key, value in part.items() if isinstance(value, dict)]
        if not inner:
            break
        part = part[data.draw(st.sampled_from(inner))]
    names = sorted(set(fields(SCHEMA.schema)) | set(part))
    part[data.draw(st.sampled_from(names))] = data.draw(ANYTHING)
    try:
        parse(yaml.safe_dump(topology, allow_unicode=True))
    except TopologyError as error:
        check_wording(error)
