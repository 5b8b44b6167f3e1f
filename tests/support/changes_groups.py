"""The changes of a service whose targets are existing Auto Scaling groups."""

from typing import Any

from tests.support.changes import GONE, Track, change
from tests.support.changes_world import AUTO_SCALING_GROUPS, GROUPS, OWN_NETWORK, REGION

_TARGETS = "service.targets.auto_scaling_groups"
_ATTACHMENT = "aws_autoscaling_attachment.load-balancer_port-80"


def groups() -> dict[str, Any]:
    """Return a topology with one service, whose targets are an Auto Scaling group."""
    return {
        "name": "groups",
        "services": {
            "fleet": {
                "region": REGION,
                "network": OWN_NETWORK,
                "targets": {
                    "auto_scaling_groups": {"one": AUTO_SCALING_GROUPS[0]},
                    "security_group_id": GROUPS["web"],
                },
                "load_balancer": {"name": "fleet"},
                "listeners": [{"port": 80}],
            }
        },
    }


AUTO_SCALING = (
    Track(
        "services.fleet",
        (
            change(
                f"{_TARGETS} add",
                "adds only",
                {"targets.auto_scaling_groups.two": AUTO_SCALING_GROUPS[1]},
                f"+ {_ATTACHMENT}-two",
            ),
            change(
                f"{_TARGETS} edit",
                "replaces",
                {"targets.auto_scaling_groups.two": AUTO_SCALING_GROUPS[2]},
                f"± {_ATTACHMENT}-two",
            ),
            change(
                f"{_TARGETS} remove",
                "in place",
                {"targets.auto_scaling_groups.one": GONE},
                f"- {_ATTACHMENT}-one",
            ),
        ),
    ),
)
