"""What is said of a wrong file: the place, the field, the value given, what is allowed, and the fix."""

# ruff: noqa: E501  (one case is one line)

import os
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import pytest

from privatelink.topology.file import LARGEST_FILE, MOST_SHOWN, TopologyError, load, parse
from privatelink.topology.yaml_document import DEEPEST

RIGHT = """\
name: shop
tags: {team: platform}
service:
  region: ap-northeast-2
  network:
    cidr: 10.10.0.0/16
    zones: [ap-northeast-2a, ap-northeast-2c]
  backends:
    text: "SVR {zone}"
    port: 80
  load_balancer:
    name: ELB-Pub
    scheme: internet-facing
  listeners:
    - port: 80
    - port: 443
  acceptance: manual
  allowed_principals: [arn:aws:iam::123456789012:root]
consumers:
  client:
    network:
      cidr: 10.20.0.0/16
      zones: [ap-northeast-2a, ap-northeast-2c]
    endpoint:
      zones: [ap-northeast-2a]
"""

ALONE = """\
name: shop
consumers:
  client:
    service_name: com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0
    network: {cidr: 10.20.0.0/16, zones: [us-east-1a]}
    endpoint: {ports: [80]}
"""


def refused(text):
    with pytest.raises(TopologyError) as error:
        parse(text, "topology.yaml")
    return error.value


def only(text):
    (problem,) = refused(text).problems
    return problem


def refused_file(path):
    with pytest.raises(TopologyError) as error:
        load(path)
    (problem,) = error.value.problems
    assert problem.file == str(path)
    assert str(error.value).startswith(str(path))
    return problem


def place_of(text, mark):
    """Give the line and column of the only occurrence of `mark`."""
    assert text.count(mark) == 1, mark
    before = text[: text.index(mark)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def test_the_right_file_is_right():
    assert parse(RIGHT).name == "shop"
    assert parse(ALONE).name == "shop"


# What is replaced, by what; the text at which the problem is; the field; words of the message.
WRONG = {
    "unknown field": ("  acceptance: manual", "  acceptence: manual", "acceptence", "service.acceptence", ["unknown field", '"acceptence"', "did you mean acceptance"]),
    "unknown field, nothing like it": ("name: shop", "name: shop\nqqq: 1", "qqq", "qqq", ["unknown field", "consumers", "remove it"]),
    "missing field": ("    cidr: 10.10.0.0/16\n", "", "network:\n    zones", "service.network.cidr", ["cidr is missing", "cidr and zones", "add `cidr:`"]),
    "missing in a list": ("- port: 443", "- {}", "{}", "service.listeners[1].port", ["field is missing", "add `port:`"]),
    "text for a number": ("    port: 80\n", '    port: "80"\n', '"80"', "service.backends.port", ["must be a whole number, not text", '"80"', "remove the quotes: 80"]),
    "octal": ("    port: 80\n", "    port: 012\n", "012\n", "service.backends.port", ["a number not in plain digits", "012", "without a leading zero"]),
    "base 60": ("    port: 80\n", "    port: 22:22\n", "22:22", "service.backends.port", ["a number not in plain digits", "22:22"]),
    "fraction": ("    port: 80\n", "    port: 80.5\n", "80.5", "service.backends.port", ["must be a whole number", "80.5"]),
    "not a number": ("    port: 80\n", "    port: .nan\n", ".nan", "service.backends.port", ["must be a whole number", ".nan"]),
    "endless number": ("    port: 80\n", f"    port: {'9' * 5000}\n", "999" * 1000 + "9" * 2000, "service.backends.port", ["must be a whole number"]),
    "truth for a number": ("    port: 80\n", "    port: yes\n", "yes", "service.backends.port", ["not true or false", "yes"]),
    "truth for text": ("platform", "no", "no}", "tags.team", ["must be text, not true or false", 'quotes: "no"']),
    "date for text": ("platform", "2024-01-01", "2024-01-01", "tags.team", ["must be text, not a date", 'quotes: "2024-01-01"']),
    "number for text": ("name: shop", "name: 80", "80\ntags", "name", ["must be text, not a number", 'quotes: "80"']),
    "text for truth": ("    scheme: internet-facing", '    cross_zone: "true"', '"true"', "service.load_balancer.cross_zone", ["must be true or false, not text", "remove the quotes: true"]),
    "text for a list": ("[arn:aws:iam::123456789012:root]", "'*'", "'*'", "service.allowed_principals", ["must be a list, not text", "[*]"]),
    "list for a mapping": ("tags: {team: platform}", "tags: [team]", "tags", "tags", ["must be a mapping, not a list"]),
    "nothing": ("    port: 80\n", "    port:\n", "port:\n  load", "service.backends.port", ["no value", "a whole number", "remove the line"]),
    "nothing for a mapping": ("tags: {team: platform}", "tags:", "tags", "tags", ["no value", "a mapping"]),
    "name too long": ("name: shop", f"name: {'a' * 29}", "a" * 29, "name", ["name of 29 characters", "at most 28 characters", "shorten it to 28"]),
    "malformed name": ("name: shop", "name: Shop_1", "Shop_1", "name", ["malformed name", '"Shop_1"', "lower-case"]),
    "tag of AWS": ("{team: platform}", '{"AWS:team": platform}', '"AWS:team"', 'tags["AWS:team"]', ["starts with aws:"]),
    "malformed region": ("region: ap-northeast-2", "region: seoul", "seoul", "service.region", ["malformed region", '"seoul"', "ap-northeast-2"]),
    "bad CIDR": ("10.10.0.0/16", "10.10.0/16", "10.10.0/16", "service.network.cidr", ["malformed CIDR", '"10.10.0/16"']),
    "bad prefix": ("10.10.0.0/16", "10.10.0.0/33", "10.10.0.0/33", "service.network.cidr", ["malformed CIDR prefix", "/0 to /32"]),
    "no mask": ("10.10.0.0/16", "10.10.0.0", "10.10.0.0", "service.network.cidr", ["mask is missing", "did you mean 10.10.0.0/32"]),
    "IPv6": ("10.10.0.0/16", "2001:db8::/56", "2001", "service.network.cidr", ["IPv6", "IPv4"]),
    "host bits": ("10.10.0.0/16", "10.10.5.0/16", "10.10.5.0/16", "service.network.cidr", ["host bits set", '"10.10.5.0/16"', "did you mean 10.10.0.0/16"]),
    "network too small": ("10.10.0.0/16", "10.10.0.0/29", "10.10.0.0/29", "service.network.cidr", ["too small", "/16 to /28"]),
    "network too large": ("10.10.0.0/16", "10.0.0.0/8", "10.0.0.0/8", "service.network.cidr", ["too large", "/16 to /28"]),
    "zone without a place": ("cidr: 10.10.0.0/16", "cidr: 10.10.0.0/27", "ap-northeast-2c]\n  backends", "service.network.zones[1]", ["no place in 10.10.0.0/27", "letter b or az2", "zones: {<zone>: <CIDR>}", '"ap-northeast-2c"']),
    "subnet outside": ("zones: [ap-northeast-2a, ap-northeast-2c]\n  back", "zones: {ap-northeast-2a: 10.30.0.0/24}\n  back", "10.30.0.0/24", "service.network.zones.ap-northeast-2a", ["outside the VPC", '"10.30.0.0/24"', "10.10.0.0/16"]),
    "subnets overlap": ("zones: [ap-northeast-2a, ap-northeast-2c]\n  back", "zones: {ap-northeast-2a: 10.10.0.0/20, ap-northeast-2c: 10.10.8.0/24}\n  back", "10.10.8.0/24", "service.network.zones.ap-northeast-2c", ["overlaps 10.10.0.0/20 of ap-northeast-2a", '"10.10.8.0/24"']),
    "subnet too small": ("zones: [ap-northeast-2a, ap-northeast-2c]\n  back", "zones: {ap-northeast-2a: 10.10.0.0/30}\n  back", "10.10.0.0/30", "service.network.zones.ap-northeast-2a", ["too small"]),
    "zone twice": ("ap-northeast-2c]\n  backends", "ap-northeast-2b, ap-northeast-2a]\n  backends", "ap-northeast-2a]\n  backends", "service.network.zones[2]", ["listed twice", '"ap-northeast-2a"']),
    "zone of another region": ("ap-northeast-2c]\n  backends", "us-east-1a]\n  backends", "us-east-1a", "service.network.zones[1]", ["another region", '"us-east-1a"', "ap-northeast-2a or apne2-az1"]),
    "zone of another region, mapped": ("zones: [ap-northeast-2a, ap-northeast-2c]\n  back", "zones: {us-east-1a: 10.10.0.0/24}\n  back", "us-east-1a", "service.network.zones.us-east-1a", ["another region", '"us-east-1a"']),
    "malformed zone": ("ap-northeast-2c]\n  backends", "seoul]\n  backends", "seoul", "service.network.zones[1]", ["malformed zone", '"seoul"', "describe-availability-zones"]),
    "zone that is a mapping": ("ap-northeast-2c]\n  backends", "{a: b}]\n  backends", "{a: b}", "service.network.zones[1]", ["zone must be text"]),
    "names with AZ IDs": ("ap-northeast-2c]\n  backends", "apne2-az1]\n  backends", "zones: [ap-northeast-2a, apne2-az1", "service.network.zones", ["mixed", "ap-northeast-2a, apne2-az1"]),
    "no zones": ("zones: [ap-northeast-2a, ap-northeast-2c]\n  back", "zones: []\n  back", "zones: []", "service.network.zones", ["no zones", "at least one"]),
    "retention": ("cidr: 10.10.0.0/16", "cidr: 10.10.0.0/16\n    flow_logs: {retention_days: 31}", "31}", "service.network.flow_logs.retention_days", ["31", "try 30"]),
    "text of two lines": ('"SVR {zone}"', '"a\\nb"', '"a\\nb"', "service.backends.text", ["unprintable", "one line"]),
    "text too long": ('"SVR {zone}"', "x" * 201, "x" * 201, "service.backends.text", ["201 characters", "1 to 200"]),
    "unknown placeholder": ("SVR {zone}", "SVR#{n}", '"SVR#{n}"', "service.backends.text", ["unknown placeholder {n}", "use {zone}, or give a text for each zone"]),
    "text for no zone of the service": ('"SVR {zone}"', "{ap-northeast-2a: x, ap-northeast-2c: y, ap-northeast-2d: z}", "ap-northeast-2d", "service.backends.text.ap-northeast-2d", ["zone that the service is not in", '"ap-northeast-2d"']),
    "zone without text": ('"SVR {zone}"', "{ap-northeast-2a: x}", 'text: {ap', "service.backends.text", ["no text for a zone", "ap-northeast-2c"]),
    "port 0": ("    port: 80\n", "    port: 0\n", "0\n  load", "service.backends.port", ["out of range", ": 0", "1 to 65535"]),
    "port 70000": ("- port: 443", "- port: 70000", "70000", "service.listeners[1].port", ["out of range", "70000", "1 to 65535"]),
    "port twice": ("- port: 443", "- {port: 80}", "80}", "service.listeners[1].port", ["twice", ": 80"]),
    "no listeners": ("  listeners:\n    - port: 80\n    - port: 443\n", "  listeners: []\n", "listeners", "service.listeners", ["no listeners", "at least one"]),
    "balancer name of 33": ("ELB-Pub", "E" * 33, "E" * 33, "service.load_balancer.name", ["33 characters", "1 to 32", "E" * 33]),
    "balancer name, dot": ("ELB-Pub", "ELB.Pub", "ELB.Pub", "service.load_balancer.name", ["malformed load balancer name", '"ELB.Pub"']),
    "balancer name, hyphen": ("ELB-Pub", "-ELB", "-ELB", "service.load_balancer.name", ["hyphen at an end", '"-ELB"']),
    "balancer name, internal-": ("ELB-Pub", "internal-ELB", "internal-ELB", "service.load_balancer.name", ["starts with internal-", '"internal-ELB"']),
    "unknown scheme": ("internet-facing", "internet_facing", "internet_facing", "service.load_balancer.scheme", ["unknown value", '"internet_facing"', "internet-facing, internal", "did you mean internet-facing"]),
    "Elastic IPs on internal": ("    scheme: internet-facing", "    scheme: internal\n    elastic_ips: {ap-northeast-2a: eipalloc-01234567}", "elastic_ips", "service.load_balancer.elastic_ips", ["internal load balancer", "internet-facing"]),
    "malformed Elastic IP": ("    scheme: internet-facing", "    scheme: internet-facing\n    elastic_ips: {ap-northeast-2a: 203.0.113.1}", "203.0.113.1", "service.load_balancer.elastic_ips.ap-northeast-2a", ["malformed Elastic IP", '"203.0.113.1"']),
    "Elastic IP missing": ("    scheme: internet-facing", "    scheme: internet-facing\n    elastic_ips: {ap-northeast-2a: eipalloc-01234567}", "elastic_ips", "service.load_balancer.elastic_ips", ["no Elastic IP for a zone", "ap-northeast-2c"]),
    "unknown acceptance": ("acceptance: manual", "acceptance: auto", "auto", "service.acceptance", ["unknown value", '"auto"', "manual, managed, automatic"]),
    "everyone, unasked": ("manual\n  allowed_principals: [arn:aws:iam::123456789012:root]", "automatic\n  allowed_principals: ['*']", "'*'", "service.allowed_principals[0]", ["every AWS account", '"*"', "open_to_everyone: true"]),
    "malformed principal": ("arn:aws:iam::123456789012:root", "arn:aws:iam::1234:root", "arn:aws:iam::1234:root", "service.allowed_principals[0]", ["malformed principal", '"arn:aws:iam::1234:root"', "<12 digits>"]),
    "principal twice": ("[arn:aws:iam::123456789012:root]", '["*", "*"]', '"*"]', "service.allowed_principals[1]", ["listed twice"]),
    "two ways into an account": ("  region:", "  account: {profile: a, role_arn: 'arn:aws:iam::123456789012:role/x'}\n  region:", "account", "service.account", ["both a profile and a role", "exactly one"]),
    "external ID for a profile": ("  region:", "  account: {profile: a, external_id: abc}\n  region:", "abc", "service.account.external_id", ["without a role", '"abc"']),
    "consumer key": ("  client:", "  Client:", "Client", "consumers.Client", ["malformed name", '"Client"']),
    "consumer of another region": ("  client:", "  client:\n    region: us-east-1", "us-east-1", "consumers.client.region", ["does not support", '"us-east-1"', "ap-northeast-2"]),
    "consumer zone": ("      zones: [ap-northeast-2a, ap-northeast-2c]\n    endpoint:\n      zones: [ap-northeast-2a]", "      zones: [ap-northeast-2a, ap-northeast-2b]", "ap-northeast-2b", "consumers.client.network.zones[1]", ["not one of the service's", '"ap-northeast-2b"', "ap-northeast-2a, ap-northeast-2c"]),
    "endpoint zone": ("      zones: [ap-northeast-2a]", "      zones: [ap-northeast-2d]", "ap-northeast-2d", "consumers.client.endpoint.zones[0]", ["without a subnet", '"ap-northeast-2d"']),
    "endpoint zone twice": ("      zones: [ap-northeast-2a]", "      zones: [ap-northeast-2a, ap-northeast-2a]", "ap-northeast-2a]", "consumers.client.endpoint.zones[1]", ["listed twice"]),
    "endpoint type": ("      zones: [ap-northeast-2a]", "      type: Gateway", "type: G", "consumers.client.endpoint.type", ["unknown field", "remove it"]),
    "no clients": ("      zones: [ap-northeast-2a]", "      allow_from: []", "allow_from", "consumers.client.endpoint.allow_from", ["no clients", "at least one"]),
    "ports of a service in the file": ("      zones: [ap-northeast-2a]\n", "      ports: [80]\n", "ports", "consumers.client.endpoint.ports", ["service is in this file", "80, 443"]),
    "service name of a service in the file": ("  client:", "  client:\n    service_name: com.amazonaws.vpce.us-east-1.vpce-svc-01234567", "com.amaz", "consumers.client.service_name", ["service is in this file", "remove it"]),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "mark", "field", "words"), WRONG.values(), ids=WRONG)
def test_wrong(old, new, mark, field, words):
    assert RIGHT.count(old) == 1
    text = RIGHT.replace(old, new)
    problem = only(text)
    assert problem.field == field
    assert (problem.line, problem.column) == place_of(text, mark)
    message = str(problem)
    assert message.startswith(f"topology.yaml:{problem.line}:{problem.column}: {field}: ")
    for word in words:
        assert word in message


WRONG_ALONE = {
    "malformed service name": ("vpce-svc-0123456789abcdef0", "vpce-svc-1", "com.", "consumers.client.service_name", ["malformed service name", "vpce-svc-1", "com.amazonaws.vpce.<region>"]),
    "no service name": ("    service_name: com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0\n", "", "client", "consumers.client.service_name", ["service name", "add service_name"]),
    "no ports": ("    endpoint: {ports: [80]}\n", "", "client", "consumers.client.endpoint.ports", ["nor ports", "ports: [80]"]),
    "port twice": ("[80]", "[80, 80]", "80]", "consumers.client.endpoint.ports[1]", ["listed twice"]),
    "no port": ("[80]", "[]", "ports", "consumers.client.endpoint.ports", ["no ports"]),
    "another region": ("  client:", "  client:\n    region: cn-north-1", "cn-north-1", "consumers.client.region", ["another partition"]),
    "zone of another region": ("us-east-1a", "us-west-2a", "us-west-2a", "consumers.client.network.zones[0]", ["another region"]),
    "managed alone": (ALONE[ALONE.index("consumers"):], "", "name", "", ["neither a service nor consumers"]),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "mark", "field", "words"), WRONG_ALONE.values(), ids=WRONG_ALONE)
def test_wrong_without_a_service(old, new, mark, field, words):
    text = ALONE.replace(old, new)
    problem = only(text)
    assert problem.field == field
    assert (problem.line, problem.column) == place_of(text, mark)
    for word in words:
        assert word in str(problem)


def test_the_message_has_the_documented_form():
    text = RIGHT.replace("ap-northeast-2c]\n  backends", "us-east-1a]\n  backends")
    assert str(refused(text)) == (
        'topology.yaml:7:30: service.network.zones[1]: zone belongs to another region: "us-east-1a"\n'
        "  allowed: zones of ap-northeast-2, such as ap-northeast-2a or apne2-az1\n"
        "  fix: correct the zone, or the region"
    )


def test_problems_are_told_all_at_once_in_the_files_order():
    text = RIGHT.replace("10.10.0.0/16", "10.10.5.0/16").replace("manual", "maybe").replace("ELB-Pub", "-x")
    assert [problem.field for problem in refused(text).problems] == [
        "service.network.cidr",
        "service.load_balancer.name",
        "service.acceptance",
    ]


def test_very_many_problems_are_counted_not_shown():
    principals = ", ".join(f"x{n}" for n in range(MOST_SHOWN + 7))
    error = refused(RIGHT.replace("arn:aws:iam::123456789012:root", principals))
    assert len(error.problems) == MOST_SHOWN + 7
    assert str(error).endswith("and 7 more")


def test_a_warning_is_no_error():
    text = RIGHT.replace("zones: [ap-northeast-2a, ap-northeast-2c]", "zones: [ap-northeast-2a]")
    assert [warning.id for warning in parse(text).warnings] == ["one-zone"]


# ---- files that cannot be read


def test_file_missing(tmp_path):
    assert refused_file(tmp_path / "none.yaml").what == "no such file"


def test_directory_given(tmp_path):
    assert refused_file(tmp_path).what == "a directory, not a file"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_file_not_readable(tmp_path):
    path = tmp_path / "topology.yaml"
    path.write_text(RIGHT)
    path.chmod(0)
    assert "permission denied" in refused_file(path).what


def test_path_that_no_system_has():
    assert "cannot be read" in refused_file(Path("a\0b")).what


@pytest.mark.parametrize("content", [b"", b"\n\n", b"# only a comment\n", b"---\n", b"~"])
def test_empty_file(tmp_path, content):
    path = tmp_path / "topology.yaml"
    path.write_bytes(content)
    assert refused_file(path).what == "empty file"


def test_not_utf8_names_the_byte(tmp_path):
    path = tmp_path / "topology.yaml"
    path.write_bytes(b"name: caf\xe9\n")
    problem = refused_file(path)
    assert problem.what == "not UTF-8 at byte 9"
    assert problem.given == "0xe9"


def test_utf16_is_not_utf8(tmp_path):
    path = tmp_path / "topology.yaml"
    path.write_bytes(RIGHT.encode("utf-16"))
    assert refused_file(path).what == "not UTF-8 at byte 0"


def test_a_byte_order_mark_and_windows_line_ends_are_no_matter(tmp_path):
    path = tmp_path / "topology.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + RIGHT.replace("\n", "\r\n").encode())
    assert load(path) == parse(RIGHT)


def test_file_too_large(tmp_path):
    path = tmp_path / "topology.yaml"
    path.write_bytes(RIGHT.encode() + b"#" * LARGEST_FILE)
    problem = refused_file(path)
    assert problem.what == "file too large"
    assert str(LARGEST_FILE) in problem.allowed


@pytest.mark.parametrize("filler", [b"1,", b"x: [y]\n", b"- - -\n", b"'", b'"\\', b"!a ", b"&a ", b"? "])
def test_the_largest_file_is_refused_in_little_time(tmp_path, filler):
    path = tmp_path / "topology.yaml"
    path.write_bytes((b"a: [" + filler * LARGEST_FILE)[:LARGEST_FILE])
    started = time.perf_counter()
    with pytest.raises(TopologyError):
        load(path)
    assert time.perf_counter() - started < 5


# ---- YAML that is refused


REFUSED = {
    "no YAML": ("name: shop\nx: ]\n", "not YAML", 2, 4),
    "tab": ("name: shop\nservice:\n\tregion: x\n", "not YAML", 3, 1),
    "colon": ("name: a: b\n", "not YAML", 1, 8),
    "control character": ("name: sh\x07op\n", "the character U+0007", 1, 9),
    "alias": ("name: &a shop\nx: *a\n", "YAML alias", 2, 4),
    "alias as key": ("? &a b\n: c\n*a : d\n", "YAML alias", 3, 1),
    "merge key": ("name: shop\n<<: {a: b}\n", "YAML merge key", 2, 1),
    "tag": ("name: !!python/object/apply:os.system [echo]\n", "YAML tag", 1, 7),
    "own tag": ("name: !secret x\n", "YAML tag", 1, 7),
    "standard tag": ("name: !!str 8\n", "YAML tag", 1, 7),
    "tag on the whole": ("!!map {name: x}\n", "YAML tag", 1, 1),
    "key twice": ("name: shop\nservice: {}\nname: shop\n", "key given twice, first in line 1", 3, 1),
    "key twice below": ("consumers:\n  a: 1\n  a: 2\n", "key given twice, first in line 2", 3, 3),
    "number as key": ("name: x\n80: x\n", "key that YAML reads as a number", 2, 1),
    "truth as key": ("name: x\non: x\n", "key that YAML reads as true or false", 2, 1),
    "nothing as key": ("name: x\n~: x\n", "key that YAML reads as nothing", 2, 1),
    "date as key": ("2024-01-01: x\n", "key that YAML reads as a date", 1, 1),
    "list as key": ("name: x\n[a]: x\n", "key that is not text", 2, 1),
    "second document": ("name: x\n---\nname: y\n", "second document", 2, 1),
    "deep list": ("name: " + "[" * 100_000, f"more than {DEEPEST} levels deep", 1, 7 + DEEPEST - 1),
    "deep mapping": ("{a: " * 100_000, f"more than {DEEPEST} levels deep", 1, 1 + 4 * DEEPEST),
    "list at the top": ("- name: x\n", "the file must be a mapping, not a list", 1, 1),
    "text at the top": ("shop\n", "the file must be a mapping, not text", 1, 1),
    "number at the top": ("80\n", "the file must be a mapping, not a number", 1, 1),
}


@pytest.mark.parametrize(("text", "what", "line", "column"), REFUSED.values(), ids=REFUSED)
def test_yaml_refused(text, what, line, column):
    problem = refused(text).problems[-1]
    assert what in problem.what
    assert (problem.line, problem.column) == (line, column)
    assert problem.allowed
    assert problem.fix


def test_what_yaml_is_refused_for_is_told_all_at_once():
    error = refused("a: &x 1\na: *x\n80: !t 1\n<<: {}\n")
    assert [problem.line for problem in error.problems] == [2, 2, 3, 3, 4]


def test_an_alias_bomb_costs_nothing():
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    tracemalloc.start()
    started = time.perf_counter()
    error = refused(bomb)
    spent, (_, peak) = time.perf_counter() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert {problem.what for problem in error.problems} == {"YAML alias"}
    assert spent < 1
    assert peak < 5_000_000


def test_an_anchor_that_nothing_refers_to_does_no_harm():
    assert parse(RIGHT.replace("name: shop", "name: &anchor shop")).name == "shop"


def test_what_a_terminal_would_obey_is_shown_as_an_escape():
    problem = only(RIGHT.replace("name: shop", 'name: "sh\\u202eop\\e[31m"'))
    assert "sh\\u202eop\\x1b[31m" in str(problem)
    assert "\x1b" not in str(problem)


def test_a_long_value_does_not_hide_the_message():
    assert len(str(only(RIGHT.replace("name: shop", f"name: {'x' * 100_000}")))) < 1000


# ---- start


def test_nothing_slow_is_imported():
    code = "import sys, privatelink.topology.file; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "privatelink.topology.file" in loaded
    assert not loaded & {"cdktf", "cdktn", "jsii", "boto3", "typer", "rich", "email_validator", "difflib"}
