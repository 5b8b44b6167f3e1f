"""The changes of load balancers that are applied together, before those that need stages."""

from tests.support.changes import GONE, Track, change
from tests.support.changes_world import ALLOCATIONS, INSTANCES, SUBNETS, A, B, C

LB = "service.load_balancer"
_IDS = {"apne2-az1": A, "apne2-az3": C}
_FIRST = {"renamed_from": "load_balancer"}
STAGES = (
    Track(
        "services.public",
        (
            change(
                f"service.network.subnet_ids switch, {LB}.elastic_ips switch",
                "in place",
                {
                    "network.subnet_ids": {zone: SUBNETS["own"][name] for zone, name in _IDS.items()},
                    "load_balancer.elastic_ips": {zone: ALLOCATIONS[name] for zone, name in _IDS.items()},
                },
                note="zone name to AZ ID",
            ),
            change(
                "service.targets.instances edit",
                "replaces",
                {"targets.instances.one": INSTANCES[B]},
                "~ aws_vpc_security_group_egress_rule.load-balancer_to-targets-tcp-80-one",
                "± aws_lb_target_group_attachment.load-balancer_port-80-one",
            ),
        ),
    ),
    Track(
        "services.apart",
        (
            change(
                f"{LB} switch, {LB}.renamed_from add",
                "in place",
                {"load_balancers": {"first": _FIRST}},
                note="to `load_balancers`, with `renamed_from`",
            ),
            change(
                f"{LB}.renamed_from remove",
                "replaces",
                {"load_balancers.first.renamed_from": GONE},
                "+ aws_lb.load-balancer-first",
                "+ aws_lb_listener.load-balancer-first_port-80",
                "+ aws_lb_target_group.load-balancer-first_port-80",
                "+ aws_lb_target_group_attachment.load-balancer-first_port-80-*",
                "+ aws_security_group.load-balancer-first",
                "+ aws_vpc_security_group_egress_rule.load-balancer-first_to-targets-tcp-80-*",
                "- aws_lb.load-balancer",
                "- aws_lb_listener.load-balancer_port-80",
                "- aws_lb_target_group.load-balancer_port-80",
                "- aws_lb_target_group_attachment.load-balancer_port-80-*",
                "- aws_security_group.load-balancer",
                "- aws_vpc_security_group_egress_rule.load-balancer_to-targets-tcp-80-*",
                "~ aws_vpc_endpoint_service.endpoint-service",
                blocks=True,
            ),
            change(
                f"service.load_balancers rename, {LB}.renamed_from add",
                "in place",
                {"load_balancers": {"second": {"renamed_from": "first"}}},
            ),
            change(
                f"{LB}.renamed_from edit",
                "replaces",
                {"load_balancers.second.renamed_from": "other"},
                "+ aws_lb.load-balancer-other",
                "+ aws_lb_listener.load-balancer-other_port-80",
                "+ aws_lb_target_group.load-balancer-other_port-80",
                "+ aws_lb_target_group_attachment.load-balancer-other_port-80-*",
                "+ aws_security_group.load-balancer-other",
                "+ aws_vpc_security_group_egress_rule.load-balancer-other_to-targets-tcp-80-*",
                "- aws_lb.load-balancer-first",
                "- aws_lb_listener.load-balancer-first_port-80",
                "- aws_lb_target_group.load-balancer-first_port-80",
                "- aws_lb_target_group_attachment.load-balancer-first_port-80-*",
                "- aws_security_group.load-balancer-first",
                "- aws_vpc_security_group_egress_rule.load-balancer-first_to-targets-tcp-80-*",
                "~ aws_vpc_endpoint_service.endpoint-service",
                blocks=True,
            ),
        ),
    ),
)
