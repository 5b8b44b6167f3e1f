"""Backends: the instances, and the script that really serves their text."""

import json
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from privatelink.constructs.backends import Backends, user_data
from tests.support.synth import resources, synth_one

TEXTS = {"ap-northeast-2a": "SVR#1", "ap-northeast-2c": "SVR#2"}


def backends(**arguments):
    defaults = {
        "name": "team",
        "vpc_id": "vpc-1",
        "subnet_ids": {"ap-northeast-2a": "subnet-a", "ap-northeast-2c": "subnet-c"},
        "texts": TEXTS,
    }

    def build(stack):
        Backends(stack, "backends", **defaults | arguments)

    return synth_one(build)


def test_each_zone_has_one_instance_with_its_own_text():
    instances = resources(backends(), "aws_instance")

    assert set(instances) == {"backends_ap-northeast-2a", "backends_ap-northeast-2c"}
    assert "BODY = ('SVR#1' +" in instances["backends_ap-northeast-2a"]["user_data"]
    assert "BODY = ('SVR#2' +" in instances["backends_ap-northeast-2c"]["user_data"]


def test_instances_require_imdsv2_and_encrypt_their_disk():
    for instance in resources(backends(), "aws_instance").values():
        assert instance["metadata_options"]["http_tokens"] == "required"
        assert instance["metadata_options"]["http_put_response_hop_limit"] == 1
        assert instance["root_block_device"]["encrypted"] is True
        assert instance["associate_public_ip_address"] is False


def test_image_is_the_public_parameter_and_a_new_one_replaces_nothing():
    stack = backends()

    (parameter,) = stack["data"]["aws_ssm_parameter"].values()
    assert parameter["name"].startswith("/aws/service/ami-amazon-linux-latest/al2023-")
    for instance in resources(stack, "aws_instance").values():
        assert instance["ami"] == "${data.aws_ssm_parameter.backends_image.insecure_value}"
        assert instance["lifecycle"] == {"ignore_changes": ["ami"]}


def test_nothing_gets_in_or_out_but_what_a_load_balancer_adds():
    stack = backends(port=8080)

    assert "aws_vpc_security_group_ingress_rule" not in stack["resource"]
    assert "aws_vpc_security_group_egress_rule" not in stack["resource"]


def test_template_markers_in_a_text_reach_the_server_as_they_are():
    stack = backends(texts=dict.fromkeys(TEXTS, "${path.module} %{if}"))

    for instance in resources(stack, "aws_instance").values():
        assert "'$${path.module} %%{if}'" in instance["user_data"]


@pytest.mark.parametrize(
    "text", ["ZIGISPACE - SVR#1", 'it\'s "quoted" \\n $HOME `id` $(id)', "안녕 😀", "PYTHON"]
)
def test_script_serves_exactly_the_text(text, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # What the script writes to /opt goes below tmp_path, and no service manager is looked for.
    script = (
        user_data(text, port)
        .replace("/opt/backend", f"{tmp_path}/backend")
        .replace("/run/systemd", "/nowhere")
    )
    script = script.replace('Server(("",', 'Server(("127.0.0.1",')
    script = script.replace("nohup python3", f"exec {sys.executable}").replace(" >/dev/null 2>&1 &", "")
    server = subprocess.Popen(["sh", "-c", script])
    try:
        assert get(f"http://127.0.0.1:{port}/", server) == f"{text}\n"
    finally:
        server.terminate()
        server.wait()


def get(url, server):
    for _ in range(100):
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                return answer.read().decode()
        except OSError:
            assert server.poll() is None, "the server ended"
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")


def test_script_is_valid_shell():
    subprocess.run(["sh", "-n"], input=user_data("x", 80), text=True, check=True)


def test_user_data_is_plain_json_text():
    stack = backends()

    assert json.dumps(stack).count("@TEXT@") == json.dumps(stack).count("@PORT@") == 0
