"""Who is answered: clients of this machine that have the access key, and no web page."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from privatelink.sandbox.credentials import AccessKey
from privatelink.sandbox.guard import Guard
from privatelink.sandbox.process import Sandbox
from tests.support.sandbox_fixtures import Account, boto_client
from tests.support.urls import status

PATHS = ["/", "/moto-api/data.json", "/_sandbox/data-plane", "/_sandbox/outside/run", "/bucket/key"]
OWN = ["/moto-api/data.json", "/moto-api", "/_sandbox/data-plane", "/_sandbox/outside/run"]
KEY = AccessKey("AKIA2222222222222222", "s3cret")
HOST = "127.0.0.1:5566"


class Behind:
    """The application behind it, which keeps the paths that it was asked for."""

    def __init__(self, answer: bytes = b"passed") -> None:
        self.answer = answer
        self.asked: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        self.asked.append(environ["PATH_INFO"])
        start_response("200 OK", [])
        return [self.answer]


def ask(guard: Guard, path: str, **variables: str) -> tuple[int, str]:
    started: list[str] = []
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": path, **variables}
    answer = b"".join(guard(environ, lambda status, headers: started.append(status)))
    (said,) = started
    return int(said[:3]), answer.decode()


def signed(key_id: str, service: str = "ec2") -> dict[str, str]:
    scope = f"Credential={key_id}/20261128/us-east-1/{service}/aws4_request"
    return {
        "HTTP_HOST": HOST,
        "HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0",
    }


class TestWebPages:
    """Whatever the key, and without one: with and without a data plane."""

    @pytest.mark.parametrize("path", PATHS)
    @pytest.mark.parametrize(
        "host", [HOST, "127.0.0.1", "localhost:5566", "localhost", "bucket.s3.localhost:5566"]
    )
    def test_a_local_client_is_answered(self, path: str, host: str) -> None:
        assert ask(Guard(Behind(), None), path, HTTP_HOST=host) == (200, "passed")

    @pytest.mark.parametrize("path", PATHS)
    @pytest.mark.parametrize("key", [None, KEY])
    @pytest.mark.parametrize(
        "host",
        [
            "example.org",
            "127.0.0.1.example.org:5566",
            "localhost.example.org",
            "evillocalhost",
            "",
            "[::1]:1",
        ],
    )
    def test_a_name_that_was_pointed_to_this_machine_is_refused(
        self, path: str, key: AccessKey | None, host: str
    ) -> None:
        behind = Behind()
        status, answer = ask(Guard(behind, key), path, **signed(KEY.id) | {"HTTP_HOST": host})

        assert (status, behind.asked) == (403, [])
        assert "answers only requests to 127.0.0.1 and localhost" in json.loads(answer)["message"]

    def test_a_request_without_a_host_is_refused(self) -> None:
        assert ask(Guard(Behind(), None), "/")[0] == 403

    @pytest.mark.parametrize("path", PATHS)
    @pytest.mark.parametrize("key", [None, KEY])
    @pytest.mark.parametrize("origin", ["https://example.org", "http://127.0.0.1:5566", "null", ""])
    def test_a_web_page_is_refused(self, path: str, key: AccessKey | None, origin: str) -> None:
        behind = Behind()
        status, answer = ask(Guard(behind, key), path, **signed(KEY.id), HTTP_ORIGIN=origin)

        assert (status, behind.asked) == (403, [])
        assert json.loads(answer) == {"message": "the sandbox does not answer requests from web pages"}

    @pytest.mark.parametrize("path", PATHS)
    @pytest.mark.parametrize("key", [None, KEY])
    @pytest.mark.parametrize("site", ["cross-site", "same-site", ""])
    def test_an_image_of_a_web_page_is_refused(self, path: str, key: AccessKey | None, site: str) -> None:
        behind = Behind()
        status, answer = ask(Guard(behind, key), path, **signed(KEY.id), HTTP_SEC_FETCH_SITE=site)

        assert (status, behind.asked) == (403, [])
        assert json.loads(answer) == {"message": "the sandbox does not answer requests from web pages"}

    @pytest.mark.parametrize("site", ["none", "same-origin"])
    def test_an_address_that_the_user_has_entered_is_answered(self, site: str) -> None:
        found = ask(Guard(Behind(), None), "/moto-api/", HTTP_HOST=HOST, HTTP_SEC_FETCH_SITE=site)
        assert found == (200, "passed")


class TestAccessKeys:
    """Of AWS's API."""

    @pytest.mark.parametrize("path", ["/", "/bucket/key", "/2013-04-01/hostedzone"])
    def test_a_client_with_the_key_is_answered(self, path: str) -> None:
        assert ask(Guard(Behind(), KEY), path, **signed(KEY.id)) == (200, "passed")

    def test_a_presigned_url_is_answered(self) -> None:
        query = f"X-Amz-Credential={KEY.id}%2F20261128%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=0"
        assert ask(Guard(Behind(), KEY), "/b/k", HTTP_HOST=HOST, QUERY_STRING=query)[0] == 200
        other = query.replace(KEY.id, "AKIAOTHER")
        assert ask(Guard(Behind(), KEY), "/b/k", HTTP_HOST=HOST, QUERY_STRING=other)[0] == 403

    @pytest.mark.parametrize(
        ("service", "kind", "expected"),
        [
            ("ec2", "", "<Response><Errors><Error><Code>AuthFailure</Code>"),
            ("s3", "", "<Error><Code>InvalidAccessKeyId</Code>"),
            ("sts", "", "<ErrorResponse><Error><Code>InvalidClientTokenId</Code>"),
            ("ssm", "application/x-amz-json-1.1", '{"__type": "UnrecognizedClientException"'),
        ],
    )
    def test_another_key_is_refused_in_the_words_of_the_service(
        self, service: str, kind: str, expected: str
    ) -> None:
        behind = Behind()
        status, answer = ask(Guard(behind, KEY), "/", **signed("AKIAOTHER", service), CONTENT_TYPE=kind)

        assert (status, behind.asked) == (403, [])
        assert answer.startswith(expected)
        assert "run the export commands" in answer
        assert KEY.id not in answer

    @pytest.mark.parametrize(
        "authorization", ["", "Basic eDp5", f"Bearer {KEY.secret}", f"AWS {KEY.id}:signature"]
    )
    def test_a_request_that_is_not_signed_is_refused(self, authorization: str) -> None:
        assert ask(Guard(Behind(), KEY), "/", HTTP_HOST=HOST, HTTP_AUTHORIZATION=authorization)[0] == 403

    @pytest.mark.parametrize(("service", "expected"), [("sts", 200), ("iam", 200), ("s3", 403)])
    def test_a_key_that_sts_or_iam_has_issued_is_known(self, service: str, expected: int) -> None:
        behind = Behind(b"<Credentials><AccessKeyId>ASIAISSUED</AccessKeyId></Credentials>")
        guard = Guard(behind, KEY)
        assert ask(guard, "/", **signed("ASIAISSUED"))[0] == 403
        assert ask(guard, "/", **signed(KEY.id, service)) == (200, behind.answer.decode())
        assert ask(guard, "/", **signed("ASIAISSUED"))[0] == expected


class TestOwnPaths:
    """Those of the sandbox, and moto's."""

    @pytest.mark.parametrize("path", OWN)
    def test_they_want_the_secret_as_a_token(self, path: str) -> None:
        bearer = {"HTTP_HOST": HOST, "HTTP_AUTHORIZATION": f"Bearer {KEY.secret}"}
        assert ask(Guard(Behind(), KEY), path, **bearer) == (200, "passed")

    @pytest.mark.parametrize("path", OWN)
    @pytest.mark.parametrize(
        "authorization", ["", "Bearer ", "Bearer other", f"Basic {KEY.secret}", "Bearer ü"]
    )
    def test_without_it_they_are_refused(self, path: str, authorization: str) -> None:
        behind = Behind()
        status, answer = ask(Guard(behind, KEY), path, HTTP_HOST=HOST, HTTP_AUTHORIZATION=authorization)

        assert (status, behind.asked) == (401, [])
        assert "bearer token" in json.loads(answer)["message"]

    @pytest.mark.parametrize("path", OWN)
    def test_a_signed_request_has_no_token(self, path: str) -> None:
        assert ask(Guard(Behind(), KEY), path, **signed(KEY.id))[0] == 401


def test_a_running_sandbox(sandbox: Sandbox, consumer: Account) -> None:
    token = f"Bearer {sandbox.key.secret}"
    for path in ("/moto-api/", "/_sandbox/data-plane"):
        assert status(sandbox, path, Authorization=token) == 200
        assert status(sandbox, path) == 401
        assert status(sandbox, path, Authorization=token, Origin="https://example.org") == 403
        assert status(sandbox, path, Authorization=token, Host="example.org") == 403
    # With the key of the sandbox, and with those of an assumed role.
    assert boto_client(sandbox, "ec2").describe_vpcs()["Vpcs"]
    assert consumer.ec2.describe_vpcs()["Vpcs"]
    other = {"AccessKeyId": "AKIAOTHER", "SecretAccessKey": "x"}
    for service, operation, code in [
        ("ec2", "describe_vpcs", "AuthFailure"),
        ("elbv2", "describe_load_balancers", "InvalidClientTokenId"),
        ("sts", "get_caller_identity", "InvalidClientTokenId"),
        ("ssm", "describe_parameters", "UnrecognizedClientException"),
        ("s3", "list_buckets", "InvalidAccessKeyId"),
    ]:
        client = boto_client(sandbox, service, credentials=other)
        with pytest.raises(ClientError) as caught:
            getattr(client, operation)()
        assert caught.value.response["Error"]["Code"] == code
