"""The variables that lead a client to the sandbox, and never to the real AWS."""

import shlex
import subprocess
from pathlib import Path

import pytest

import privatelink.sandbox as package
from privatelink.sandbox.client import (
    DEFAULT_REGION,
    UNSET,
    client_environment,
    environment,
    is_unset,
    shell_lines,
)

REAL = {
    "AWS_PROFILE": "production",
    "AWS_SESSION_TOKEN": "real",
    "AWS_ENDPOINT_URL_EC2": "https://ec2.amazonaws.com",
    "AWS_ACCESS_KEY_ID": "real",
    "AWS_CONFIG_FILE": "/home/me/.aws/config",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
}


def test_a_subprocess_cannot_reach_the_real_aws() -> None:
    base = {
        "PATH": "/bin",
        "NO_PROXY": "intranet",
        "AWS_PROFILE": "production",
        "AWS_SESSION_TOKEN": "real",
        "AWS_ENDPOINT_URL_EC2": "https://ec2.amazonaws.com",
        "AWS_ACCESS_KEY_ID": "real",
        "AWS_CONFIG_FILE": "/home/me/.aws/config",
    }
    made_safe = package.client_environment(1234, base=base)
    direct = "intranet,127.0.0.1"
    assert made_safe == {"PATH": "/bin", "NO_PROXY": direct, "no_proxy": direct} | package.environment(1234)
    assert made_safe["AWS_ACCESS_KEY_ID"] != "real"


def test_the_port_and_the_region_are_in_the_variables() -> None:
    found = environment(1234, "eu-central-1")
    assert found["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1234"
    assert found["AWS_REGION"] == found["AWS_DEFAULT_REGION"] == "eu-central-1"
    assert environment(1234)["AWS_REGION"] == DEFAULT_REGION


def test_no_file_of_the_users_is_read() -> None:
    found = environment(1234)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        assert Path(found[name]).read_text() == ""


def test_what_must_be_absent() -> None:
    assert all(is_unset(name) for name in (*UNSET, "AWS_ENDPOINT_URL_EC2", "AWS_ENDPOINT_URL_S3"))
    # What is given is overwritten, not removed; and what is not AWS's is nobody's business.
    assert not any(is_unset(name) for name in (*environment(1), "AWS_PAGER", "PATH"))


def test_this_processs_environment_is_the_base_unless_another_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in (REAL | {"ONE_OF_MINE": "kept"}).items():
        monkeypatch.setenv(name, value)
    found = client_environment(1234, "eu-central-1")
    assert found["ONE_OF_MINE"] == "kept"
    assert found.items() >= environment(1234, "eu-central-1").items()
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_EC2"} & set(found)
    assert client_environment(1234, base={}).keys() == {*environment(1234), "NO_PROXY", "no_proxy"}


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ({}, "127.0.0.1"),
        ({"NO_PROXY": ""}, "127.0.0.1"),
        ({"NO_PROXY": "intranet"}, "intranet,127.0.0.1"),
        ({"no_proxy": "intranet"}, "intranet,127.0.0.1"),
    ],
)
def test_no_proxy_is_asked_for_loopback(base: dict[str, str], expected: str) -> None:
    found = client_environment(1234, base=base | {"HTTP_PROXY": "http://proxy"})
    assert found["NO_PROXY"] == found["no_proxy"] == expected
    assert found["HTTP_PROXY"] == "http://proxy"


def test_the_shell_lines_do_the_same_in_a_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in REAL.items():
        monkeypatch.setenv(name, value)
    # An assignment to each variable of `REAL` before the lines: those that must be absent are unset again.
    before = [f"export {name}={shlex.quote(value)}" for name, value in REAL.items()]
    script = "\n".join([*before, *shell_lines(1234, "eu-central-1"), "env"])
    done = subprocess.run(["sh", "-c", script], env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True)
    found = dict(line.split("=", 1) for line in done.stdout.splitlines())
    aws = {name: value for name, value in found.items() if name.startswith("AWS_")}
    assert aws == environment(1234, "eu-central-1")
