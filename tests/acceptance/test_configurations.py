"""All configurations in one apply of the real Terraform: attributes, a second plan, import.

`make test-acceptance` runs them; they are not part of `make test`, because they take minutes.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import pytest

from privatelink.sandbox.process import Sandbox
from privatelink.terraform.documents import ResourceChange
from privatelink.terraform.environment import terraform_environment
from privatelink.terraform.mirror import find_mirror
from privatelink.terraform.root import TerraformRoot
from tests.acceptance.configurations import CONFIGURATIONS, document
from tests.support.packets import new_certificate
from tests.support.warm_sandbox import warm_sandbox

pytestmark = [
    pytest.mark.terraform,
    pytest.mark.acceptance,
    pytest.mark.xdist_group("acceptance"),
    pytest.mark.skipif(shutil.which("terraform") is None, reason="no terraform on the PATH"),
    pytest.mark.skipif(find_mirror() is None, reason="no filesystem mirror of the AWS provider"),
]

# All load balancers at once: the provider waits 60 s for each.
PARALLEL = "-parallelism=150"
NO_IMPORT = {
    "aws_lb_target_group_attachment": "the provider has no import",
    "aws_lb_listener_certificate": "the provider has no import",
    "aws_vpc_endpoint_service_allowed_principal": "the provider has no import",
    "aws_vpc_endpoint_security_group_association": "the provider has no import",
}
"""Reasons by type."""
NOT_READ = {
    "interface-auto": ("auto_accept",),
    # The provider reads these attributes only for the target types `instance` and `ip`.
    "tg-alb": (
        "deregistration_delay",
        "lambda_multi_value_headers_enabled",
        "proxy_protocol_v2",
        "slow_start",
    ),
}
"""Arguments that the provider keeps in its state alone, by configuration: an import does not read them."""

Attributes = Mapping[str, object]


@dataclass
class Applied:
    """The configurations in a sandbox, after one apply."""

    root: TerraformRoot
    certificate: tuple[str, str]

    @cached_property
    def attributes(self) -> dict[str, Attributes]:
        """The attributes of each resource and data source, by address."""
        return {item["address"]: item["values"] for item in self.root.state_resources()}

    @cached_property
    def second_plan(self) -> dict[str, list[str]]:
        """What a second plan does to each resource, by address."""
        return {item["address"]: item["change"]["actions"] for item in self.root.plan().changes}

    @cached_property
    def import_plan(self) -> dict[str, ResourceChange]:
        """What a plan does to each resource that it imports into an empty state, by address."""
        directory = self.root.directory.parent / "imports"
        directory.mkdir()
        imports = {
            address: import_id(address.partition(".")[0], values)
            for address, values in self.attributes.items()
            if not address.startswith("data.") and address.partition(".")[0] not in NO_IMPORT
        }
        written = document(*self.certificate, imports=imports)
        (directory / "main.tf.json").write_text(json.dumps(written))
        root = TerraformRoot(directory, self.root.environment)
        root.init()
        return {item["address"]: item for item in root.plan().json["resource_changes"]}


def import_id(kind: str, values: Attributes) -> str:
    """The ID by which the provider imports a resource."""
    parts = {
        "aws_route": "{route_table_id}_{destination_cidr_block}",
        "aws_vpc_endpoint_route_table_association": "{vpc_endpoint_id}/{route_table_id}",
        "aws_vpc_endpoint_subnet_association": "{vpc_endpoint_id}/{subnet_id}",
    }
    return parts.get(kind, "{id}").format_map(values)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with warm_sandbox() as running:
        yield running


@pytest.fixture(scope="module")
def applied(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Applied:
    directory = tmp_path_factory.mktemp("acceptance") / "root"
    directory.mkdir()
    certificate = new_certificate("api.corp.example")
    (directory / "main.tf.json").write_text(json.dumps(document(*certificate)))
    environment = terraform_environment(directory.parent, sandbox.client_environment)
    environment |= {"TF_CLI_ARGS_apply": PARALLEL, "TF_CLI_ARGS_plan": PARALLEL}
    root = TerraformRoot(directory, environment)
    root.init()
    root.apply()
    return Applied(root, certificate)


def address(name: str) -> str:
    """The address of a configuration."""
    item = CONFIGURATIONS[name]
    return f"{'data.' if item.data else ''}{item.type}.{name}"


def value(attributes: object, path: str) -> object:
    """The value at a path: keys, indexes and, at its end, `#` for a number of elements."""
    for step in path.split("."):
        if isinstance(attributes, Mapping):
            attributes = attributes[step]
        elif isinstance(attributes, list):
            attributes = len(attributes) if step == "#" else attributes[int(step)]
        elif attributes is None and step == "#":
            attributes = 0
        else:
            raise AssertionError(f"{path}: {attributes!r} has no {step}")
    return attributes


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_attributes(applied: Applied, name: str) -> None:
    found, expected = applied.attributes[address(name)], CONFIGURATIONS[name].expected
    assert {path: value(found, path) for path in expected} == dict(expected)


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_a_second_plan_changes_nothing(applied: Applied, name: str) -> None:
    assert applied.second_plan.get(address(name)) is None


@pytest.mark.parametrize("name", [name for name, item in CONFIGURATIONS.items() if not item.data])
def test_import(applied: Applied, name: str) -> None:
    if reason := NO_IMPORT.get(CONFIGURATIONS[name].type):
        pytest.skip(reason)
    change = applied.import_plan[address(name)]["change"]
    before, after = change["before"] or {}, change["after"] or {}
    differing = {key: (before.get(key), after[key]) for key in after if before.get(key) != after[key]}
    assert "create" not in change["actions"]
    assert differing.keys() == set(NOT_READ.get(name, ()))
