"""Every extension is put into moto once."""

import importlib
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.project import PROJECT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("moto"), pytest.mark.usefixtures("extended")]


@pytest.fixture
def extensions() -> Any:
    return importlib.import_module("privatelink.sandbox.extensions")


def test_a_graft_replaces_and_adds_methods_and_nothing_else(extensions: Any) -> None:
    class Source:
        """Of the source."""

        def __init__(self) -> None:
            raise AssertionError

        def own(self) -> str:
            return "source"

        def _helper(self) -> str:
            return "helper"

    class Target:
        """Of the target."""

        def own(self) -> str:
            return "target"

        def other(self) -> str:
            return "other"

    extensions.graft(Source, Target)
    made = Target()
    assert (made.own(), made._helper(), made.other()) == ("source", "helper", "other")
    assert Target.__doc__ == "Of the target."


@pytest.mark.parametrize(
    ("module", "response"),
    [
        ("auto_scaling", "moto.autoscaling.responses.AutoScalingResponse"),
        ("capacity_reservations", "moto.elbv2.responses.ELBV2Response"),
        ("load_balancers", "moto.elbv2.responses.ELBV2Response"),
        ("endpoint_services", "moto.ec2.responses.EC2Response"),
        ("endpoint_actions", "moto.ec2.responses.EC2Response"),
        ("gateway_endpoints", "moto.ec2.responses.EC2Response"),
        ("monitoring", "moto.ec2.responses.EC2Response"),
        ("network_interfaces", "moto.ec2.responses.EC2Response"),
        ("endpoint_connections", "moto.ec2.responses.EC2Response"),
        ("connection_notifications", "moto.ec2.responses.EC2Response"),
        ("associations", "moto.ssm.responses.SimpleSystemManagerResponse"),
        ("dataplane.run_command", "moto.ssm.responses.SimpleSystemManagerResponse"),
    ],
)
def test_moto_answers_with_the_sandboxs_actions(module: str, response: str) -> None:
    package, _, name = response.rpartition(".")
    target = getattr(importlib.import_module(package), name)
    actions = importlib.import_module(f"privatelink.sandbox.{module}").Actions
    methods = [item for item in vars(actions) if not item.startswith("__")]
    assert methods
    assert {item: getattr(target, item) for item in methods} == {
        item: vars(actions)[item] for item in methods
    }


def test_a_second_time_changes_nothing(extensions: Any) -> None:
    from moto.core.responses import BaseResponse
    from moto.ec2.models.subnets import Subnet
    from moto.elbv2.models import ELBv2Backend

    def patched() -> list[object]:
        # A second wrap around any of these would be another function.
        return [
            BaseResponse._dispatch,
            Subnet.get_filter_value,
            ELBv2Backend.create_load_balancer,
            ELBv2Backend.modify_load_balancer_attributes,
        ]

    before = patched()
    extensions.install()
    assert patched() == before
    assert all(method.__module__.startswith("privatelink.sandbox.") for method in before)


def test_the_page_of_the_api_has_each_action(extensions: Any) -> None:
    page = (PROJECT / "docs/sandbox-api.md").read_text()
    listed = {name.lower() for name in re.findall(r"`([A-Z][A-Za-z0-9]+)`", page)}
    source = Path(extensions.__file__).read_text()
    modules = {name.rpartition(".")[2] for name in re.findall(r"\((\w+)\.Actions, \w+\)", source)}
    actions = {
        name.replace("_", "")
        for module in modules
        for name in vars(getattr(extensions, module).Actions)
        if not name.startswith("_")
    }
    assert {"createvpcendpoint", "modifycapacityreservation", "sendcommand"} <= actions
    assert actions <= listed
