"""What only a plan can find: real plans that fail, with the message that says why."""

import pytest
import yaml

from privatelink.demo.synthesis import synthesize
from privatelink.terraform.diagnostics import TerraformError
from privatelink.terraform.environment import terraform_environment
from privatelink.terraform.stacks import read_stacks
from tests.support.examples import NOT_FOUND
from tests.support.existing import arranged
from tests.support.project import PROJECT
from tests.support.rules import breaks
from tests.support.sandbox_fixtures import HomeAccount

pytestmark = pytest.mark.terraform


def consumer_plan(sandbox, tmp_path, service_name, zones):
    """Plan one consumer of a service; return the plan or raise what Terraform says."""
    topology = yaml.safe_load((PROJECT / "examples/consumer-only.yaml").read_text())
    (key, consumer) = next(iter(topology["consumers"].items()))
    consumer["service_name"] = service_name
    consumer["network"]["zones"] = zones
    consumer["endpoint"] = {"ports": [80]}
    topology["consumers"] = {key: consumer}
    path = tmp_path / "one.yaml"
    path.write_text(yaml.safe_dump(topology))
    synthesize(path, tmp_path / "cdktf.out")
    environment = terraform_environment(tmp_path, sandbox.client_environment)
    (stack,) = read_stacks(tmp_path / "cdktf.out", environment)
    stack.root.init()
    return stack.root.plan()


def test_plan_fails_where_the_service_does_not_exist(sandbox, tmp_path):
    name = "com.amazonaws.vpce.ap-northeast-2.vpce-svc-0123456789abcdef0"

    with pytest.raises(TerraformError, match=NOT_FOUND):
        consumer_plan(sandbox, tmp_path, name, ["ap-northeast-2a"])


@breaks("endpoint-zone-without-service")
def test_plan_fails_where_the_service_is_not_offered_in_the_zone(sandbox, tmp_path):
    service = HomeAccount(sandbox, "", "ap-northeast-2").vpc(zones="ac").service()

    with pytest.raises(TerraformError) as error:
        consumer_plan(sandbox, tmp_path, service["ServiceName"], ["ap-northeast-2a", "ap-northeast-2b"])

    message = " ".join(str(error.value).split())
    assert "ap-northeast-2b (allowed: zones of the service: ap-northeast-2a, ap-northeast-2c (zone" in message
    assert "[endpoint-zone-without-service]" in message


def test_plan_fails_where_the_account_is_not_admitted(sandbox, provider, tmp_path):
    service = provider.vpc(zones="ac").service()

    with pytest.raises(TerraformError, match=NOT_FOUND):
        consumer_plan(sandbox, tmp_path, service["ServiceName"], ["ap-northeast-2a"])


def failed_plan(sandbox, tmp_path, example, change):
    """Plan the provider of an example, changed, whose prerequisites exist; return what Terraform says."""
    text, account = arranged(PROJECT / f"examples/{example}.yaml", sandbox)
    path = tmp_path / "changed.yaml"
    path.write_text(change(text, account))
    synthesize(path, tmp_path / "cdktf.out")
    stack = read_stacks(tmp_path / "cdktf.out", terraform_environment(tmp_path, sandbox.client_environment))[
        0
    ]
    stack.root.init()
    with pytest.raises(TerraformError) as error:
        stack.root.plan()
    return " ".join(str(error.value).split())


def another_vpc(text, account):
    topology = yaml.safe_load(text)
    topology["service"]["network"]["vpc_id"] = account.vpc("10.7.0.0/16").id
    return yaml.safe_dump(topology)


def one_instance(text, account):
    topology = yaml.safe_load(text)
    del topology["service"]["targets"]["instances"]["green"]
    return yaml.safe_dump(topology)


def subnets_swapped(text, account):
    topology = yaml.safe_load(text)
    subnets = topology["service"]["network"]["subnet_ids"]
    one, other = subnets
    subnets[one], subnets[other] = subnets[other], subnets[one]
    return yaml.safe_dump(topology)


def private_dns_on(text, account):
    topology = yaml.safe_load(text)
    topology["consumers"]["web"]["endpoint"]["private_dns"] = True
    return yaml.safe_dump(topology)


def with_a_policy(text, account):
    topology = yaml.safe_load(text)
    statement = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    topology["consumers"]["web"]["endpoint"]["policy"] = {"Statement": statement}
    return yaml.safe_dump(topology)


def another_port(text, account):
    return text.replace("port: 443", "port: 444")


def another_protocol(text, account):
    return text.replace("{port: 443}", "{port: 443, protocol: UDP}")


# The example, how it is changed, the rule that it then breaks, and what the message names.
BROKEN = (
    ("existing-network", another_vpc, "vpc-mismatch", "subnet in another VPC"),
    ("existing-network", subnets_swapped, "subnet-zone-mismatch", "a subnet in ap-northeast-2"),
    ("existing-network", one_instance, "target-zone-missing", "no target in zone ap-northeast-2c"),
    ("consumer-only", private_dns_on, "private-dns-name-missing", "com.amazonaws.vpce."),
    ("consumer-only", with_a_policy, "endpoint-policy-unsupported", "remove `policy`"),
    ("application-load-balancer", another_vpc, "vpc-mismatch", "load balancer in another VPC"),
    ("existing-load-balancer", another_protocol, "listener-protocol", "port 443 with protocol TCP"),
)


@pytest.mark.parametrize(
    ("example", "change", "rule", "words"),
    [pytest.param(*case, id=f"{case[0]}-{case[1].__name__}", marks=breaks(case[2])) for case in BROKEN],
)
def test_plan_fails_where_what_exists_does_not_fit(example, change, rule, words, sandbox, tmp_path):
    message = failed_plan(sandbox, tmp_path, example, change)

    assert words in message
    assert f"[{rule}]" in message


def test_plan_fails_where_a_load_balancer_lacks_a_listener(sandbox, tmp_path):
    assert "_port-444, cdk.tf.json" in failed_plan(sandbox, tmp_path, "existing-load-balancer", another_port)
