"""The proxy before the AWS provider: which process answers, and what it takes out of a schema."""

import contextlib
import os
import signal

import grpc
import pytest

from privatelink.terraform.provider_proxy import MOST_IDLE, fields, only
from privatelink.terraform.proxy_process import Client, running_proxy
from tests.support.fake_provider import DIAGNOSTICS, REFUSED, SCHEMA, binary, entry, length_delimited
from tests.support.proxy_client import SECONDS, Terraform, environment, is_running, wait_until

PROVIDER = length_delimited(1, b"the provider's own block")
FUNCTION = length_delimited(7, entry("arn_parse"))
LONG = length_delimited(2, entry("aws_lb", b"x" * 5000))
DATA = length_delimited(3, entry("aws_lb"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("roots")


@pytest.fixture(scope="module")
def attached(folder):
    """Roots `a` and `b` that are alike, `other` with another environment, `files` that reads files."""
    clients = {
        "a": Client(str(folder), environment(MARK="x"), ["aws_lb"]),
        "b": Client("/", environment(MARK="x"), ["aws_vpc"]),
        "other": Client(str(folder), environment(MARK="y"), []),
        "files": Client("/", environment(MARK="x"), [], reads_files=True),
    }
    with running_proxy(binary(folder), folder, list(clients.values())) as attach:
        yield dict(zip(clients, attach, strict=True))


@pytest.fixture
def connect(attached):
    with contextlib.ExitStack() as opened:

        def connection(root: str) -> Terraform:
            made = Terraform(attached[root])
            opened.callback(made.close)
            return made

        yield connection


def test_connections_of_two_roots_with_one_configuration_share_a_process(connect):
    one, other = connect("a").configure("same"), connect("b").configure("same")

    assert one.described() == other.described()
    assert one.described()["configuration"] == "same"


def test_connections_of_one_root_with_two_configurations_never_share_a_process(connect):
    one, other = connect("a").configure("seoul"), connect("a").configure("tokyo")

    for _ in range(2):
        assert one.described()["configuration"] == "seoul"
        assert other.described()["configuration"] == "tokyo"
    assert one.described()["pid"] != other.described()["pid"]


def test_a_process_that_is_free_again_is_not_configured_again(connect):
    one = connect("a").configure("before")
    pid = one.described()["pid"]
    one.close()

    assert connect("a").configure("after").described()["pid"] != pid
    assert connect("b").configure("before").described()["pid"] == pid


def test_what_needs_no_configuration_is_answered_by_a_process_without_one(connect):
    connect("a").configure("same")

    assert connect("a").described()["configuration"] is None


def test_an_environment_is_seen_by_its_roots_alone(connect):
    assert connect("a").configure("env").described()["mark"] == "x"
    assert connect("other").configure("env").described()["mark"] == "y"
    assert connect("other").described()["mark"] == "y"


def test_a_root_whose_provider_reads_files_has_a_process_in_its_folder(connect):
    one, other = connect("a").configure("cwd").described(), connect("files").configure("cwd").described()

    assert other["folder"] == "/"
    assert one["pid"] != other["pid"]


def test_a_refused_configuration_is_tried_again(connect):
    one, other = connect("a"), connect("a")

    assert one.call("Configure", REFUSED) == DIAGNOSTICS
    assert other.call("Configure", REFUSED) == DIAGNOSTICS
    assert one.described()["pid"] != other.described()["pid"]


def test_one_that_is_told_to_stop_does_not_stop_another(connect):
    one, other = connect("a").configure("stopped"), connect("b").configure("stopped")

    one.call("Stop")
    assert other.described()["stops"] == 0

    one.close()
    wait_until(lambda: other.call("Stop") == b"" and other.described()["stops"])


def test_a_process_that_died_is_not_used_again(connect):
    one = connect("a").configure("dies")
    os.kill(one.described()["pid"], signal.SIGKILL)

    with pytest.raises(grpc.RpcError):
        one.described()
    assert connect("b").configure("dies").described()["configuration"] == "dies"


def test_of_the_free_processes_the_last_few_are_kept(connect):
    pids = []
    for number in range(MOST_IDLE + 2):
        one = connect("a").configure(f"free-{number}")
        pids.append(one.described()["pid"])
        one.close()

    wait_until(lambda: not any(is_running(pid) for pid in pids[:2]))
    assert is_running(pids[-1])


def test_each_root_sees_its_own_types(connect):
    assert connect("a").call("GetSchema") == SCHEMA["aws_lb"]
    assert connect("b").call("GetSchema") == SCHEMA["aws_vpc"]


def test_another_service_is_not_there(connect):
    with pytest.raises(grpc.RpcError) as error:
        connect("a").channel.unary_unary("/plugin.GRPCController/Shutdown")(b"", timeout=SECONDS)

    assert error.value.code() is grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize(
    ("command", "types"),
    [
        (["echo", '{"resources": [{"type": "aws_eip"}]}'], {"aws_lb", "aws_eip"}),
        (["true"], {"aws_lb"}),  # no state yet
        (["false"], SCHEMA.keys()),  # it cannot be read
        (["echo", "a notice, then"], SCHEMA.keys()),
        (["echo", "[1]"], SCHEMA.keys()),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_types_that_only_the_state_has_are_left(command, types, tmp_path):
    client = Client(str(tmp_path), environment(), ["aws_lb"], command)
    with running_proxy(binary(tmp_path), tmp_path, [client]) as (attach,):
        one = Terraform(attach)

        assert one.call("GetSchema") == b"".join(SCHEMA[name] for name in SCHEMA if name in types)
        one.close()


def test_a_schema_is_asked_for_once_for_each_binary(tmp_path):
    asked, cache = tmp_path / "asked", tmp_path / "cache"
    asked.mkdir()
    cache.mkdir()
    client = Client(str(tmp_path), environment(FAKE_PROVIDER=str(asked)), ["aws_lb"])
    provider = binary(tmp_path)

    def ask() -> int:
        with running_proxy(provider, cache, [client, client]) as attach:
            for each in attach:
                one = Terraform(each)
                assert one.call("GetSchema") == SCHEMA["aws_lb"]
                one.close()
        return len(list(asked.iterdir()))

    assert ask() == 1
    assert ask() == 1
    os.utime(provider, (1, 1))
    assert ask() == 2
    assert len(list(cache.iterdir())) == 2


def test_without_a_cache_the_schema_is_passed_on_all_the_same(tmp_path):
    client = Client(str(tmp_path), environment(), ["aws_lb"])
    with running_proxy(binary(tmp_path), tmp_path / "missing", [client]) as (attach,):
        one = Terraform(attach)

        assert one.call("GetSchema") == SCHEMA["aws_lb"]
        one.close()


def test_only_the_types_asked_for_are_left_and_all_that_is_no_type():
    schema = (
        PROVIDER
        + length_delimited(2, entry("aws_vpc"))
        + LONG
        + length_delimited(3, entry("aws_ami"))
        + DATA
        + length_delimited(8, entry("aws_ssm_parameter"))
        + length_delimited(9, entry("aws_instance"))
        + length_delimited(11, entry("aws_lambda_invoke"))
        + FUNCTION
    )

    assert only({"aws_lb"}, schema) == PROVIDER + LONG + DATA + FUNCTION


def test_a_schema_whose_types_are_all_asked_for_is_left_as_it_is():
    schema = PROVIDER + LONG + DATA + FUNCTION

    assert only({"aws_lb", "aws_vpc"}, schema) == schema


def test_fields_tell_number_and_content():
    assert [(number, content) for number, _, content in fields(PROVIDER + length_delimited(2, b""))] == [
        (1, b"the provider's own block"),
        (2, b""),
    ]
