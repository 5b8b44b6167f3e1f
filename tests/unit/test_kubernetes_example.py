"""The manifest in `examples/kubernetes`: the fields of its custom resource, and that it fits the topology."""

import json
import re
import string

import pytest
import yaml

from tests.support.generated import committed
from tests.support.project import PROJECT

TEXT = (PROJECT / "examples/kubernetes/target-group-binding.yaml").read_text(encoding="utf-8")
TOPOLOGY = PROJECT / "examples/registered-elsewhere.yaml"
ARN = "arn:aws:elasticloadbalancing:ap-northeast-2:111122223333:targetgroup/tasks/0a1b2c3d4e5f6789"
GROUP = "sg-0a1b2c3d4e5f60001"


@pytest.fixture(scope="module")
def binding():
    """The manifest as `envsubst` passes it on."""
    given = {"TARGET_GROUP_ARN": ARN, "LOAD_BALANCER_SECURITY_GROUP_ID": GROUP}
    commands = [line for line in TEXT.splitlines() if not line.startswith("#")]
    return yaml.safe_load(string.Template("\n".join(commands)).substitute(given))


@pytest.fixture(scope="module")
def listener():
    (found,) = yaml.safe_load(TOPOLOGY.read_text(encoding="utf-8"))["service"]["listeners"]
    return found


# https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/main/docs/guide/targetgroupbinding/spec.md
def test_it_has_the_fields_of_its_custom_resource(binding):
    assert binding["apiVersion"] == "elbv2.k8s.aws/v1beta1"
    assert binding["kind"] == "TargetGroupBinding"
    assert binding["metadata"].keys() == {"name"}
    spec = binding["spec"]
    assert spec.keys() == {"targetGroupARN", "targetType", "serviceRef", "networking"}
    assert spec["targetGroupARN"] == ARN
    assert spec["serviceRef"].keys() == {"name", "port"}
    (rule,) = spec["networking"]["ingress"]
    assert rule["from"] == [{"securityGroup": {"groupID": GROUP}}]
    assert all(port.keys() == {"protocol", "port"} for port in rule["ports"])


def test_its_ports_and_target_type_are_those_of_the_topology(binding, listener):
    targets = yaml.safe_load(TOPOLOGY.read_text(encoding="utf-8"))["service"]["targets"]
    spec = binding["spec"]
    assert spec["targetType"] == targets["registered_elsewhere"]["type"]
    assert spec["serviceRef"]["port"] == listener["target_port"]
    (rule,) = spec["networking"]["ingress"]
    allowed = {(port["protocol"], port["port"]) for port in rule["ports"]}
    assert allowed == {("TCP", listener["target_port"]), ("TCP", listener["health_check"]["port"])}


def test_its_values_are_outputs_of_the_stack_by_the_port_of_the_listener(listener):
    read = dict(re.findall(r"(\w+)=\$\(echo \"\$outputs\" \| jq -r '?\.(\w+)\.value", TEXT))
    outputs = json.loads(committed(TOPOLOGY).read_text())["tasks-provider"]["output"]
    assert read == {
        "TARGET_GROUP_ARN": "target_group_arns",
        "LOAD_BALANCER_SECURITY_GROUP_ID": "load_balancer_security_group_id",
    }
    assert read.keys() == set(re.findall(r"\$\{(\w+)\}", TEXT))
    assert set(read.values()) <= outputs.keys()
    assert re.findall(r'target_group_arns\.value\["(\d+)"\]', TEXT) == [str(listener["port"])]
    assert outputs["target_group_arns"]["value"].keys() == {str(listener["port"])}
