"""Another user of this machine, without the access key: nothing runs, and nothing is read."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

from privatelink.sandbox.credentials import ANY_KEY
from privatelink.sandbox.dataplane import why_not
from privatelink.sandbox.process import Sandbox
from tests.sandbox.test_server import started
from tests.support.sandbox_fixtures import boto_client

USER = 65534
AS_ANOTHER = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--inh-caps=-all"]
PYTHON = shutil.which("python3", path="/usr/bin:/usr/local/bin")
MARKER = "other-user"
# Sends each request as it is, and prints its status and body.
CLIENT = """
import http.client, json, sys
port, requests = json.load(sys.stdin)
answers = []
for method, path, headers, body in requests:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    answers.append((answer.status, answer.read().decode(errors="replace")))
print(json.dumps(answers))
"""
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SSM = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "AmazonSSM.SendCommand"}
RUN, SETTLE = "/_sandbox/outside/run", "/_sandbox/data-plane/settle"
COMMAND = json.dumps({"command": ["touch", f"/run/{MARKER}"]})
SEND = json.dumps({"DocumentName": "AWS-RunShellScript", "InstanceIds": ["i-1"], "Parameters": {}})
ROLE = "RoleArn=arn:aws:iam::111111111111:role/r&RoleSessionName=s&Version=2011-06-15"

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can send requests as another user"),
    pytest.mark.skipif(not shutil.which("setpriv"), reason="the program setpriv is missing"),
    pytest.mark.skipif(PYTHON is None, reason="another user has no Python"),
]


def requests() -> list[tuple[str, str, dict[str, str], str]]:
    """Without a key, and with guessed ones."""
    found = []
    for token in ("", "Bearer ", f"Bearer {ANY_KEY.secret}", "Bearer None", "Basic dGVzdDp0ZXN0"):
        headers = {"Authorization": token} if token else {}
        for path in (RUN, f"/{RUN}", RUN.replace("_", "%5F"), "/_sandbox/"):
            found.append(("POST", path, JSON | headers, COMMAND))
        found.append(("POST", SETTLE, JSON | headers, "{}"))
        found.append(("POST", "/moto-api/reset", headers, ""))
        for path in ("/_sandbox/data-plane", "/moto-api", "/moto-api/", "/moto-api/data.json"):
            found.append(("GET", path, headers, ""))
    for key_id in ("", "test", "AKIAIOSFODNN7EXAMPLE", ANY_KEY.id):
        for service, method, headers, body in (
            ("ec2", "POST", FORM, "Action=RunInstances&ImageId=ami-1&MinCount=1&MaxCount=1&UserData=aWQK"),
            ("ec2", "POST", FORM, "Action=DescribeVpcs&Version=2016-11-15"),
            ("ssm", "POST", SSM, SEND),
            ("s3", "GET", {}, ""),
            # AWS accepts these without a signature.
            ("sts", "POST", FORM, f"Action=AssumeRoleWithWebIdentity&{ROLE}"),
            ("sts", "POST", FORM, f"Action=AssumeRoleWithSAML&{ROLE}"),
        ):
            credential = f"{key_id}/20261128/ap-northeast-2/{service}/aws4_request"
            signature = {"Authorization": f"AWS4-HMAC-SHA256 Credential={credential}, Signature=0"}
            found.append((method, "/", headers | (signature if key_id else {}), body))
            found.append((method, f"/?X-Amz-Credential={credential}&X-Amz-Signature=0", headers, body))
    return found


def as_another_user(port: int, wanted: list[Any]) -> list[tuple[int, str]]:
    done = subprocess.run(
        [*AS_ANOTHER, str(PYTHON), "-I", "-c", CLIENT],
        input=json.dumps([port, wanted]),
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    assert done.returncode == 0, done.stderr
    return [(status, text) for status, text in json.loads(done.stdout)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "fixture",
    [
        "sandbox",
        pytest.param(
            "plane",
            marks=[
                pytest.mark.dataplane,
                pytest.mark.skipif(why_not() is not None, reason=f"no data plane here: {why_not()}"),
            ],
        ),
    ],
)
def test_another_user_can_use_nothing(request: pytest.FixtureRequest, fixture: str) -> None:
    running: Sandbox = request.getfixturevalue(fixture)
    ec2 = boto_client(running, "ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    before = ec2.describe_instances()["Reservations"]
    wanted = requests()
    for (method, path, headers, _), (status, text) in zip(
        wanted, as_another_user(running.port, wanted), strict=True
    ):
        assert status in (401, 403), (method, path, headers, text)
        assert len(text) < 500
        for secret in (running.key.id, running.key.secret, vpc):
            assert secret not in text
    # Nothing was reset, started or run.
    assert ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"]
    assert ec2.describe_instances()["Reservations"] == before
    if fixture == "plane":
        assert MARKER not in running.run_outside(["ls", "/run"]).stdout
    # The same user, with the key.
    token = {"Authorization": f"Bearer {running.key.secret}"}
    ((status, _),) = as_another_user(running.port, [("POST", SETTLE, JSON | token, "{}")])
    assert status == (200 if fixture == "plane" else 503)


@pytest.mark.slow
def test_another_user_cannot_read_the_exports() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        exports, readable = Path(folder, "exports.sh"), Path(folder, "readable")
        readable.write_text("text")
        readable.chmod(0o644)
        with started("--no-data-plane", "--exports", str(exports)) as (process, exported):
            assert exported["AWS_SECRET_ACCESS_KEY"] in exports.read_text()
            for path, code in ((readable, 0), (exports, 1), (Path(f"/proc/{process.pid}/environ"), 1)):
                done = subprocess.run([*AS_ANOTHER, "cat", path], capture_output=True, check=False)
                assert done.returncode == code, path
            # The command line is readable for everyone.
            assert exported["AWS_SECRET_ACCESS_KEY"] not in Path(f"/proc/{process.pid}/cmdline").read_text()
