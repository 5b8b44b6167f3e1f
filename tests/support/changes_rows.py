"""The rows of docs/changes.md that are applied together, by the topology that they start from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.changes import GONE, Class, Edit, Kind, Track, by_field, change
from tests.support.changes_world import (
    BALANCERS,
    BUCKETS,
    CERTIFICATES,
    EC2,
    GROUPS,
    INSTANCES,
    LOGS,
    MY_NETWORK,
    NETWORK,
    OUTSIDE,
    PREFIX_LIST,
    PRIVATE_ZONES,
    PUBLIC_ZONES,
    REGION,
    ROLES,
    STATE_BUCKETS,
    STATE_KEYS,
    SUBNETS,
    TOPICS,
    VPC,
    A,
    B,
    C,
    matrix,
    outside,
    small,
)

PLACE: Class = "in place"
ADDS: Class = "adds only"
STAGED: Class = "staged"
LB, LISTENER, GROUP = "service.load_balancer", "service.listeners.*", "services"
CHECK = f"{LISTENER}.health_check"
ENDPOINT, ENDPOINTS, ZONE = "consumers.*.endpoint", "consumers.*.endpoints", "consumers.*.hosted_zone"
WEB, FLEET, OWN, EDGE, INST = (f"services.{key}" for key in ("web", "fleet", "own", "edge", "inst"))
ONE, TWO, NAMES, MINE, OUT, ONLY = (
    f"consumers.{key}" for key in ("one", "two", "names", "mine", "out", "only")
)
NEW_CONSUMER = {"network": {"cidr": "10.54.0.0/16", "zones": [A]}}
SMALL_SERVICE = {"region": REGION, "existing_load_balancers": BALANCERS[:1], "listeners": [{"port": 443}]}
TWO_ENDPOINT = {"allow_from": ["10.14.0.0/16", "10.9.0.0/24"]}
MATRIX = (
    # ---- a service whose network, load balancer and backends Terraform creates
    Track(
        WEB,
        (
            change(
                f"{LB}.cross_zone edit",
                PLACE,
                {"load_balancer.cross_zone": True},
                "~ aws_lb.load-balancer",
                "+ aws_vpc_security_group_ingress_rule.load-balancer_tcp-8080-from-10-0-4-0-24",
            ),
            change(
                f"{LB}.cross_zone edit", PLACE, {"load_balancer.cross_zone": False}, "~ aws_lb.load-balancer"
            ),
            change(
                f"{LB}.deletion_protection edit",
                PLACE,
                {"load_balancer.deletion_protection": True},
                "~ aws_lb.load-balancer",
            ),
        ),
    ),
    Track(
        WEB,
        (
            change(
                f"{LB}.allow_from add",
                ADDS,
                {"load_balancer.allow_from.2": "10.0.4.0/24"},
                "+ aws_vpc_security_group_ingress_rule.load-balancer_tcp-*-from-10-0-4-0-24",
            ),
            change(
                f"{LB}.allow_from remove",
                PLACE,
                {"load_balancer.allow_from.0": GONE},
                "- aws_vpc_security_group_ingress_rule.load-balancer_tcp-*-from-10-0-0-0-24",
            ),
        ),
    ),
    Track(
        WEB,
        (
            change(
                f"{LB}.access_logs add",
                PLACE,
                {"load_balancer.access_logs": {"bucket": BUCKETS[0]}},
                "~ aws_lb.load-balancer",
            ),
            change(
                f"{LB}.access_logs.bucket edit",
                PLACE,
                {"load_balancer.access_logs.bucket": BUCKETS[1]},
                "~ aws_lb.load-balancer",
            ),
            change(
                f"{LB}.access_logs.prefix add",
                PLACE,
                {"load_balancer.access_logs.prefix": "one"},
                "~ aws_lb.load-balancer",
            ),
        ),
    ),
    Track(
        FLEET,
        (
            change(
                f"{LB}.access_logs.expire_days add",
                PLACE,
                {"load_balancers.one.access_logs": {"expire_days": 7}},
                "+ aws_s3_bucket.load-balancer-one-access-logs",
                "+ aws_s3_bucket_lifecycle_configuration.load-balancer-one-access-logs",
                "+ aws_s3_bucket_ownership_controls.load-balancer-one-access-logs",
                "+ aws_s3_bucket_policy.load-balancer-one-access-logs",
                "+ aws_s3_bucket_public_access_block.load-balancer-one-access-logs",
                "+ aws_s3_bucket_server_side_encryption_configuration.load-balancer-one-access-logs",
                "~ aws_lb.load-balancer-one",
            ),
            change(
                f"{LB}.access_logs.expire_days edit",
                PLACE,
                {"load_balancers.one.access_logs.expire_days": 8},
                "~ aws_s3_bucket_lifecycle_configuration.load-balancer-one-access-logs",
            ),
            change(
                f"{LB}.access_logs.bucket add",
                PLACE,
                {"load_balancers.one.access_logs": {"bucket": BUCKETS[0]}},
                "- aws_s3_bucket.load-balancer-one-access-logs",
                "- aws_s3_bucket_lifecycle_configuration.load-balancer-one-access-logs",
                "- aws_s3_bucket_ownership_controls.load-balancer-one-access-logs",
                "- aws_s3_bucket_policy.load-balancer-one-access-logs",
                "- aws_s3_bucket_public_access_block.load-balancer-one-access-logs",
                "- aws_s3_bucket_server_side_encryption_configuration.load-balancer-one-access-logs",
                "~ aws_lb.load-balancer-one",
                "~ aws_autoscaling_group.backends_ap-northeast-2a",
            ),
        ),
    ),
    Track(
        WEB,
        (
            change(
                "service.listeners add",
                PLACE,
                {"listeners.3": {"port": 8080}},
                "consumer-one + aws_vpc_security_group_ingress_rule.endpoint_tcp-8080-from-10-13-0-0-16",
                "+ aws_lb_listener.load-balancer_port-8080",
                "+ aws_lb_target_group.load-balancer_port-8080",
                "+ aws_lb_target_group_attachment.load-balancer_port-8080-ap-northeast-2*",
                "+ aws_vpc_security_group_ingress_rule.load-balancer_tcp-8080-from-10-0-*-0-24",
            ),
            change(
                f"{LISTENER}.idle_timeout_seconds edit",
                PLACE,
                {"listeners.3.idle_timeout_seconds": 600},
                "~ aws_lb_listener.load-balancer_port-8080",
            ),
            change(
                f"{LISTENER}.port edit",
                "replaces",
                {"listeners.3.port": 8081},
                "consumer-one + aws_vpc_security_group_ingress_rule.endpoint_tcp-8081-from-10-9-0-0-24",
                "consumer-one - aws_vpc_security_group_egress_rule.probe_tcp-8080",
                "consumer-one - aws_vpc_security_group_ingress_rule.endpoint_tcp-8080-from-10-9-0-0-24",
                "+ aws_lb_listener.load-balancer_port-8081",
                "+ aws_lb_target_group.load-balancer_port-8081",
                "+ aws_lb_target_group_attachment.load-balancer_port-8081-ap-northeast-2*",
                "+ aws_vpc_security_group_ingress_rule.load-balancer_tcp-8081-from-10-0-*-0-24",
                "- aws_lb_listener.load-balancer_port-8080",
                "- aws_lb_target_group.load-balancer_port-8080",
                "- aws_lb_target_group_attachment.load-balancer_port-8080-ap-northeast-2*",
                "- aws_vpc_security_group_ingress_rule.load-balancer_tcp-8080-from-10-0-*-0-24",
            ),
        ),
    ),
    Track(
        WEB,
        (
            change(
                f"{LISTENER}.certificate_arn edit",
                PLACE,
                {"listeners.2.certificate_arn": CERTIFICATES[1]},
                "~ aws_lb_listener.load-balancer_port-443",
            ),
            change(
                f"{LISTENER}.ssl_policy edit",
                PLACE,
                {"listeners.2.ssl_policy": "ELBSecurityPolicy-TLS13-1-3-2021-06"},
                "~ aws_lb_listener.load-balancer_port-443",
            ),
            change(
                f"{LISTENER}.alpn_policy edit",
                PLACE,
                {"listeners.2.alpn_policy": "HTTP2Optional"},
                "~ aws_lb_listener.load-balancer_port-443",
            ),
        ),
    ),
    Track(
        WEB,
        (
            change(
                f"{CHECK} add",
                PLACE,
                {"listeners.0.health_check": {"protocol": "HTTP"}},
                "~ aws_lb_target_group.load-balancer_port-80",
            ),
            None,
            change(
                f"{LISTENER}.deregistration_delay_seconds edit",
                PLACE,
                {"listeners.0.deregistration_delay_seconds": 10},
                "~ aws_lb_target_group.load-balancer_port-80",
            ),
        ),
    ),
    Track(
        WEB,
        (
            change(
                f"{CHECK}.path edit",
                PLACE,
                {"listeners.1.health_check.path": "/health"},
                "~ aws_lb_target_group.load-balancer_port-81",
            ),
            change(
                f"{CHECK}.path remove",
                PLACE,
                {"listeners.1.health_check.path": GONE},
                "~ aws_lb_target_group.load-balancer_port-81",
            ),
            change(
                f"{CHECK}.path add",
                PLACE,
                {"listeners.1.health_check.path": "/h"},
                "~ aws_lb_target_group.load-balancer_port-81",
            ),
        ),
    ),
    Track(
        OWN,
        (
            change(
                f"{LISTENER}.proxy_protocol_v2 edit",
                PLACE,
                {"listeners.2.proxy_protocol_v2": True},
                "~ aws_lb_target_group.load-balancer_port-90",
                "+ aws_vpc_security_group_egress_rule.load-balancer_to-targets-tcp-81",
                "+ aws_vpc_security_group_ingress_rule.load-balancer_at-targets-tcp-81",
            ),
            change(
                f"{CHECK}.protocol edit",
                PLACE,
                {"listeners.2.health_check.protocol": "HTTPS"},
                "~ aws_lb_target_group.load-balancer_port-90",
            ),
            change(
                f"{LISTENER}.target_protocol edit",
                "replaces",
                {"listeners.3.target_protocol": "TLS"},
                "± aws_lb_target_group.load-balancer_port-91",
                "+ aws_vpc_security_group_egress_rule.load-balancer_to-targets-*",
                "~ aws_cloudwatch_metric_alarm.alarms_unhealthy-port-*",
                "~ aws_lb_listener.load-balancer_port-*",
                "± aws_lb_target_group_attachment.load-balancer_port-91-*",
            ),
        ),
    ),
    Track(
        OWN,
        (
            change(
                f"{CHECK}.port add",
                PLACE,
                {"listeners.2.health_check.port": 81},
                "~ aws_lb_target_group.load-balancer_port-90",
            ),
            change(
                f"{CHECK}.port edit",
                PLACE,
                {"listeners.2.health_check.port": 82},
                "+ aws_vpc_security_group_egress_rule.load-balancer_to-targets-tcp-82",
                "+ aws_vpc_security_group_ingress_rule.load-balancer_at-targets-tcp-82",
                "- aws_vpc_security_group_egress_rule.load-balancer_to-targets-tcp-81",
                "- aws_vpc_security_group_ingress_rule.load-balancer_at-targets-tcp-81",
                "~ aws_lb_target_group.load-balancer_port-90",
            ),
            change(
                f"{CHECK}.port remove",
                PLACE,
                {"listeners.2.health_check.port": GONE},
                "- aws_vpc_security_group_egress_rule.load-balancer_to-targets-tcp-82",
                "- aws_vpc_security_group_ingress_rule.load-balancer_at-targets-tcp-82",
                "~ aws_lb_target_group.load-balancer_port-90",
            ),
        ),
    ),
    Track(
        OWN,
        (
            change(
                f"{CHECK}.timeout_seconds edit",
                PLACE,
                {"listeners.3.health_check": {"timeout_seconds": 8}},
                "~ aws_lb_target_group.load-balancer_port-91",
            ),
            change(
                f"{CHECK} remove",
                PLACE,
                {"listeners.3.health_check": GONE},
                "~ aws_lb_target_group.load-balancer_port-91",
                note="a TCP health check",
            ),
        ),
    ),
    Track(
        WEB,
        (
            change(
                "service.allowed_principals add",
                ADDS,
                {"allowed_principals.2": "333344445555"},
                "+ aws_vpc_endpoint_service_allowed_principal.endpoint-service_account-333344445555",
            ),
            change(
                "service.allowed_principals remove",
                PLACE,
                {"allowed_principals.1": GONE},
                "- aws_vpc_endpoint_service_allowed_principal.endpoint-service_account-222233334444",
            ),
        ),
    ),
    Track(
        WEB,
        (
            change(
                "service.network.flow_logs add",
                ADDS,
                {"network.flow_logs": {"retention_days": 7}},
                "+ aws_cloudwatch_log_group.network_flow-log",
                "+ aws_flow_log.network_flow-log",
                "+ aws_iam_role.network_flow-log",
                "+ aws_iam_role_policy.network_flow-log",
            ),
            change(
                "service.network.flow_logs.retention_days edit",
                PLACE,
                {"network.flow_logs.retention_days": 14},
                "~ aws_cloudwatch_log_group.network_flow-log",
            ),
            change(
                "service.network.flow_logs remove",
                PLACE,
                {"network.flow_logs": GONE},
                "- aws_cloudwatch_log_group.network_flow-log",
                "- aws_flow_log.network_flow-log",
                "- aws_iam_role.network_flow-log",
                "- aws_iam_role_policy.network_flow-log",
            ),
        ),
    ),
    Track(
        WEB,
        (
            change(
                "service.network.ipv6 edit",
                PLACE,
                {"network.ipv6": True},
                "~ aws_subnet.network_ap-northeast-2*",
                "~ aws_vpc.network",
            ),
            change(
                "service.ip_address_type edit",
                PLACE,
                {"ip_address_type": "dualstack"},
                "~ aws_lb.load-balancer",
                "~ aws_vpc_endpoint_service.endpoint-service",
            ),
            change(
                "service.ip_address_type edit",
                PLACE,
                {"ip_address_type": "ipv4"},
                "~ aws_lb.load-balancer",
                "~ aws_vpc_endpoint_service.endpoint-service",
            ),
        ),
    ),
    Track(
        FLEET,
        (
            change(
                "service.backends.auto_scaling.max edit",
                PLACE,
                {"backends.auto_scaling.max": 3},
                "~ aws_autoscaling_group.backends_ap-northeast-2*",
            ),
            change(
                "service.backends.auto_scaling.min edit",
                PLACE,
                {"backends.auto_scaling.min": 2},
                "~ aws_autoscaling_group.backends_ap-northeast-2*",
            ),
            change(
                "service.backends.text edit",
                PLACE,
                {"backends.text": {A: "b", C: "c"}},
                "~ aws_launch_template.backends_ap-northeast-2a",
            ),
        ),
    ),
    Track(
        FLEET,
        (
            change(
                "service.notifications.events add",
                PLACE,
                {"notifications.events": ["Accept", "Connect", "Reject"]},
                "~ aws_vpc_endpoint_connection_notification.notifications",
            ),
            change(
                "service.notifications.events remove",
                PLACE,
                {"notifications.events": ["Connect"]},
                "~ aws_vpc_endpoint_connection_notification.notifications",
            ),
        ),
    ),
    Track(
        FLEET,
        (
            change(
                "service.alarms.topics remove",
                PLACE,
                {"alarms.topics": TOPICS[:1]},
                "~ aws_cloudwatch_metric_alarm.alarms_*",
            ),
            change(
                "service.alarms.topics add",
                PLACE,
                {"alarms.topics": TOPICS},
                "~ aws_cloudwatch_metric_alarm.alarms_*",
            ),
            change(
                "service.alarms.minutes edit",
                PLACE,
                {"alarms.minutes": 5},
                "- aws_cloudwatch_metric_alarm.alarms_*",
                "~ aws_cloudwatch_metric_alarm.alarms_*",
            ),
        ),
    ),
    Track(
        FLEET,
        (
            change(
                "service.alarms.reset_packets edit",
                PLACE,
                {"alarms.reset_packets": 200},
                "~ aws_cloudwatch_metric_alarm.alarms_resets",
            ),
            change(
                "service.alarms.port_allocation_errors edit",
                PLACE,
                {"alarms.port_allocation_errors": 2},
                "~ aws_cloudwatch_metric_alarm.alarms_port-allocation-errors*",
            ),
        ),
    ),
    Track(
        FLEET,
        (
            change(
                "service.supported_regions remove",
                PLACE,
                {"supported_regions": ["eu-west-1"]},
                "~ aws_vpc_endpoint_service.endpoint-service",
            ),
            change(
                "service.supported_regions add",
                PLACE,
                {"supported_regions": ["eu-west-1", "us-west-2"]},
                "~ aws_vpc_endpoint_service.endpoint-service",
            ),
            None,
        ),
    ),
    Track(
        FLEET,
        (
            change(
                "service.load_balancers add",
                PLACE,
                {"load_balancers.three": {}},
                "+ aws_autoscaling_attachment.load-balancer-three_port-80-ap-northeast-2*",
                "+ aws_cloudwatch_metric_alarm.alarms_*",
                "+ aws_lb.load-balancer-three",
                "+ aws_lb_listener.load-balancer-three_port-80",
                "+ aws_lb_target_group.load-balancer-three_port-80",
                "+ aws_security_group.load-balancer-three",
                "+ aws_vpc_security_group_egress_rule.load-balancer-three_to-targets-tcp-80",
                "+ aws_vpc_security_group_ingress_rule.load-balancer-three_at-targets-tcp-80",
                "~ aws_vpc_endpoint_service.endpoint-service",
            ),
            change(
                f"service.load_balancers rename, {LB}.renamed_from add",
                PLACE,
                {"load_balancers.three": GONE, "load_balancers.third": {"renamed_from": "three"}},
            ),
            change(
                "service.load_balancers remove",
                PLACE,
                {"load_balancers.third": GONE},
                "- aws_autoscaling_attachment.load-balancer-three_port-80-ap-northeast-2*",
                "- aws_cloudwatch_metric_alarm.alarms_*",
                "- aws_lb.load-balancer-three",
                "- aws_lb_listener.load-balancer-three_port-80",
                "- aws_lb_target_group.load-balancer-three_port-80",
                "- aws_security_group.load-balancer-three",
                "- aws_vpc_security_group_egress_rule.load-balancer-three_to-targets-tcp-80",
                "- aws_vpc_security_group_ingress_rule.load-balancer-three_at-targets-tcp-80",
                "~ aws_vpc_endpoint_service.endpoint-service",
            ),
        ),
    ),
    Track(
        FLEET,
        (
            change(
                f"{LB} add",
                PLACE,
                {"load_balancer": {}},
                "+ aws_autoscaling_attachment.load-balancer_port-80-ap-northeast-2*",
                "+ aws_cloudwatch_metric_alarm.alarms_*",
                "+ aws_lb.load-balancer",
                "+ aws_lb_listener.load-balancer_port-80",
                "+ aws_lb_target_group.load-balancer_port-80",
                "+ aws_security_group.load-balancer",
                "+ aws_vpc_security_group_egress_rule.load-balancer_to-targets-tcp-80",
                "+ aws_vpc_security_group_ingress_rule.load-balancer_at-targets-tcp-80",
                "~ aws_vpc_endpoint_service.endpoint-service",
            ),
            None,
            change(
                f"{LB} remove",
                PLACE,
                {"load_balancer": GONE},
                "- aws_autoscaling_attachment.load-balancer_port-80-ap-northeast-2*",
                "- aws_cloudwatch_metric_alarm.alarms_*",
                "- aws_lb.load-balancer",
                "- aws_lb_listener.load-balancer_port-80",
                "- aws_lb_target_group.load-balancer_port-80",
                "- aws_security_group.load-balancer",
                "- aws_vpc_security_group_egress_rule.load-balancer_to-targets-tcp-80",
                "- aws_vpc_security_group_ingress_rule.load-balancer_at-targets-tcp-80",
                "~ aws_vpc_endpoint_service.endpoint-service",
            ),
        ),
    ),
    Track(
        OWN,
        (
            change(
                "service.acceptance edit",
                PLACE,
                {"acceptance": "automatic"},
                "~ aws_vpc_endpoint_service.endpoint-service",
                note="manual to automatic",
            ),
            change(
                "service.acceptance edit",
                PLACE,
                {"acceptance": "manual"},
                "~ aws_vpc_endpoint_service.endpoint-service",
                note="automatic to manual",
            ),
            change("service.open_to_everyone edit", PLACE, {"open_to_everyone": True}),
        ),
    ),
    Track(
        OWN,
        (
            change(
                "service.private_dns add",
                PLACE,
                {"private_dns": {"name": "api.example.com"}},
                "+ terraform_data.private-dns",
                "~ aws_vpc_endpoint_service.endpoint-service",
            ),
            change(
                "service.private_dns.zone_id add",
                PLACE,
                {"private_dns.zone_id": PUBLIC_ZONES[0]},
                "+ aws_route53_record.private-dns",
                "+ aws_vpc_endpoint_service_private_dns_verification.private-dns",
            ),
            change("service.private_dns.account add", PLACE, {"private_dns.account": {"role_arn": ROLES[0]}}),
        ),
    ),
    Track(
        OWN,
        (
            None,
            change(
                "service.private_dns.name edit",
                PLACE,
                {"private_dns.name": "web.example.com"},
                "~ aws_vpc_endpoint_service.endpoint-service",
                "~ terraform_data.private-dns",
            ),
        ),
    ),
    Track(
        OWN,
        (
            change(
                "service.notifications add",
                ADDS,
                {"notifications": {}},
                "+ aws_sns_topic.notifications",
                "+ aws_sns_topic_policy.notifications",
                "+ aws_vpc_endpoint_connection_notification.notifications",
            ),
            change(
                "service.notifications.topic_arn add",
                PLACE,
                {"notifications.topic_arn": TOPICS[0]},
                "- aws_sns_topic.notifications",
                "- aws_sns_topic_policy.notifications",
                "~ aws_vpc_endpoint_connection_notification.notifications",
            ),
            change(
                "service.notifications.topic_arn edit",
                PLACE,
                {"notifications.topic_arn": TOPICS[1]},
                "~ aws_vpc_endpoint_connection_notification.notifications",
            ),
        ),
    ),
    Track(
        OWN,
        (
            change("service.alarms add", ADDS, {"alarms": {}}, "+ aws_cloudwatch_metric_alarm.alarms_*"),
            change(
                f"{LB}.enforce_private_link_ingress edit",
                PLACE,
                {"load_balancer.enforce_private_link_ingress": True},
                "+ aws_cloudwatch_metric_alarm.alarms_blocked-*p",
                "~ aws_lb.load-balancer",
            ),
            change(
                "service.alarms.blocked_flows edit",
                PLACE,
                {"alarms.blocked_flows": 200},
                "~ aws_cloudwatch_metric_alarm.alarms_blocked-*p",
            ),
        ),
    ),
    Track(
        OWN,
        (
            change(
                "service.targets.addresses add",
                ADDS,
                {"targets.addresses.three": "10.1.0.30"},
                "+ aws_lb_target_group_attachment.load-balancer_port-*-three",
            ),
            change(
                "service.targets.addresses edit",
                "replaces",
                {"targets.addresses.three": "10.1.0.33"},
                "± aws_lb_target_group_attachment.load-balancer_port-*-three",
            ),
            change(
                "service.targets.addresses rename",
                "replaces",
                {"targets.addresses.three": GONE, "targets.addresses.third": "10.1.0.33"},
                "+ aws_lb_target_group_attachment.load-balancer_port-*-third",
                "- aws_lb_target_group_attachment.load-balancer_port-*-three",
            ),
        ),
    ),
    Track(
        OWN,
        (
            change(
                "service.targets.security_group_id add",
                PLACE,
                {"targets.security_group_id": GROUPS["web"]},
                "+ aws_vpc_security_group_egress_rule.load-balancer_to-targets-*",
                "+ aws_vpc_security_group_ingress_rule.load-balancer_at-targets-*",
                "- aws_vpc_security_group_egress_rule.load-balancer_to-targets-*",
            ),
            change(
                "service.targets.security_group_id edit",
                PLACE,
                {"targets.security_group_id": GROUPS["own"]},
                "- aws_vpc_security_group_egress_rule.load-balancer_to-targets-tcp-81",
                "- aws_vpc_security_group_ingress_rule.load-balancer_at-targets-tcp-81",
                "~ aws_vpc_security_group_egress_rule.load-balancer_to-targets-*",
                "± aws_vpc_security_group_ingress_rule.load-balancer_at-targets-*",
            ),
            change(
                "service.targets.security_group_id remove",
                PLACE,
                {"targets.security_group_id": GONE},
                "+ aws_vpc_security_group_egress_rule.load-balancer_to-targets-*",
                "- aws_vpc_security_group_egress_rule.load-balancer_to-targets-*",
                "- aws_vpc_security_group_ingress_rule.load-balancer_at-targets-*",
            ),
        ),
    ),
    Track(
        OWN,
        (
            change(
                "service.network.subnet_ids add",
                PLACE,
                {f"network.subnet_ids.{B}": SUBNETS["own"][B]},
                "~ aws_lb.load-balancer",
                again=("matrix-provider-own service_zones",),
            ),
            None,
            change(
                f"{LISTENER}.target_port edit",
                "replaces",
                {"listeners.0.target_port": 8081},
                "- aws_lb_target_group_attachment.load-balancer_port-80-three",
                "- aws_vpc_security_group_egress_rule.load-balancer_to-targets-tcp-8080",
                "- aws_vpc_security_group_ingress_rule.load-balancer_at-targets-tcp-8080",
                "± aws_lb_target_group.load-balancer_port-80",
                "± aws_lb_target_group_attachment.load-balancer_port-80-*",
            ),
        ),
    ),
    Track(
        EDGE,
        (
            change(
                "service.existing_load_balancers remove",
                PLACE,
                {"existing_load_balancers.1": GONE},
                "~ aws_vpc_endpoint_service.endpoint-service",
            ),
            change(
                "service.existing_load_balancers add",
                PLACE,
                {"existing_load_balancers.1": BALANCERS[1]},
                "~ aws_vpc_endpoint_service.endpoint-service",
            ),
        ),
    ),
    Track(
        INST,
        (
            change(
                "service.targets.instances rename",
                "replaces",
                {"targets.instances.one": GONE, "targets.instances.first": INSTANCES[A]},
                "+ aws_lb_target_group_attachment.load-balancer_port-8080-first",
                "+ aws_vpc_security_group_egress_rule.load-balancer_to-targets-tcp-8080-first",
                "- aws_lb_target_group_attachment.load-balancer_port-8080-one",
                "- aws_vpc_security_group_egress_rule.load-balancer_to-targets-tcp-8080-one",
            ),
            change(
                "service.targets.instances remove",
                PLACE,
                {"targets.instances.first": GONE, "load_balancer.cross_zone": True},
                "- aws_lb_target_group_attachment.load-balancer_port-8080-first",
                "- aws_vpc_security_group_egress_rule.load-balancer_to-targets-tcp-8080-first",
                "~ aws_lb.load-balancer",
            ),
            change(
                "service.targets.instances add",
                ADDS,
                {"targets.instances.third": INSTANCES[A]},
                "+ aws_lb_target_group_attachment.load-balancer_port-8080-third",
                "+ aws_vpc_security_group_egress_rule.load-balancer_to-targets-tcp-8080-third",
            ),
        ),
    ),
    Track(
        "",
        (
            None,
            change(
                "services add",
                ADDS,
                {
                    "services.extra": {
                        "region": REGION,
                        "existing_load_balancers": [BALANCERS[2]],
                        "listeners": [{"port": 443}],
                    }
                },
                "provider-extra + aws_vpc_endpoint_service.endpoint-service",
            ),
        ),
    ),
    # ---- consumers
    Track(
        ONE,
        (
            change(
                "consumers.*.probe add",
                ADDS,
                {"probe": True},
                "+ aws_iam_instance_profile.probe",
                "+ aws_iam_role.probe",
                "+ aws_iam_role_policy_attachment.probe_session-manager",
                "+ aws_instance.probe",
                "+ aws_internet_gateway.network_internet",
                "+ aws_route.network_to-internet",
                "+ aws_security_group.probe",
                "+ aws_vpc_security_group_egress_rule.probe_*",
                "+ aws_vpc_security_group_egress_rule.probe_tcp-8080",
            ),
            change(
                "consumers.*.probe.public_address edit",
                "replaces",
                {"probe": {"public_address": False}},
                "± aws_instance.probe",
                "- aws_internet_gateway.network_internet",
                "- aws_route.network_to-internet",
                "+ aws_security_group.probe_ssm*",
                "+ aws_vpc_endpoint.probe_ssm*",
                "+ aws_vpc_security_group_ingress_rule.probe_ssm*_tcp-443-from-probe",
                note="endpoints to Systems Manager, instead of an internet gateway",
            ),
            change(
                "consumers.*.probe remove",
                PLACE,
                {"probe": GONE},
                "- aws_iam_instance_profile.probe",
                "- aws_iam_role.probe",
                "- aws_iam_role_policy_attachment.probe_session-manager",
                "- aws_instance.probe",
                "- aws_security_group.probe*",
                "- aws_vpc_endpoint.probe_ssm*",
                "- aws_vpc_security_group_egress_rule.probe_*",
                "- aws_vpc_security_group_ingress_rule.probe_ssm*_tcp-443-from-probe",
                "- aws_vpc_security_group_ingress_rule.endpoint_tcp-*-from-pl-*",
            ),
        ),
    ),
    Track(
        ONE,
        (
            change(
                "consumers.*.network.flow_logs add",
                ADDS,
                {"network.flow_logs": {"retention_days": 7}},
                "+ aws_cloudwatch_log_group.network_flow-log",
                "+ aws_flow_log.network_flow-log",
                "+ aws_iam_role.network_flow-log",
                "+ aws_iam_role_policy.network_flow-log",
            ),
            change(
                "consumers.*.network.flow_logs.retention_days edit",
                PLACE,
                {"network.flow_logs.retention_days": 14},
                "~ aws_cloudwatch_log_group.network_flow-log",
                "+ aws_vpc_security_group_ingress_rule.endpoint_tcp-*-from-pl-*",
            ),
            change(
                "consumers.*.network.flow_logs remove",
                PLACE,
                {"network.flow_logs": GONE},
                "- aws_cloudwatch_log_group.network_flow-log",
                "- aws_flow_log.network_flow-log",
                "- aws_iam_role.network_flow-log",
                "- aws_iam_role_policy.network_flow-log",
            ),
        ),
    ),
    Track(
        ONE,
        (
            change(f"{ENDPOINT} add", PLACE, {"endpoint": {}}),
            change(
                f"{ENDPOINT}.allow_from add",
                PLACE,
                {"endpoint.allow_from": [PREFIX_LIST, "10.9.0.0/24"]},
                "+ aws_vpc_security_group_ingress_rule.endpoint_tcp-*-from-10-9-0-0-24",
                "- aws_vpc_security_group_ingress_rule.endpoint_tcp-*-from-10-13-0-0-16",
            ),
            change(f"{ENDPOINT}.allow_from remove", PLACE, {"endpoint.allow_from": ["10.9.0.0/24"]}),
        ),
    ),
    Track(
        TWO,
        (
            change(f"{ENDPOINT}.zones remove", PLACE, {"endpoint.zones": [A]}, "~ aws_vpc_endpoint.endpoint"),
            change(
                f"{ENDPOINT}.zones add",
                PLACE,
                {"endpoint.zones": [A, C]},
                "~ aws_vpc_endpoint.endpoint",
            ),
            change(
                f"{ENDPOINT}.renamed_from add, {ENDPOINT} switch",
                PLACE,
                {
                    "endpoints.only": TWO_ENDPOINT | {"service": "fleet", "renamed_from": "endpoint"},
                    "endpoint": GONE,
                    "service": GONE,
                },
                note="to `endpoints`, with `renamed_from`",
            ),
        ),
    ),
    Track(
        NAMES,
        (
            change(
                f"{ENDPOINT}.names add",
                ADDS,
                {"endpoint.names.3": "d.shop.internal"},
                "+ aws_route53_record.hosted-zone_name-d-shop-internal-A",
            ),
            change(
                f"{ENDPOINT}.names.*.name edit",
                "replaces",
                {"endpoint.names.3": {"name": "e.shop.internal"}},
                "+ aws_route53_record.hosted-zone_name-e-shop-internal-A",
                "- aws_route53_record.hosted-zone_name-d-shop-internal-A",
            ),
            change(
                f"{ENDPOINT}.names.*.zone add",
                PLACE,
                {"endpoint.names.3.zone": A},
                "~ aws_route53_record.hosted-zone_name-e-shop-internal-A",
            ),
        ),
    ),
    Track(
        NAMES,
        (
            change(
                f"{ZONE}.shared_with add",
                ADDS,
                {"hosted_zone.shared_with.y": {"vpc_id": VPC["y"]}},
                "+ aws_route53_zone_association.hosted-zone_y",
            ),
            change(
                f"{ZONE}.shared_with.*.vpc_id edit",
                "replaces",
                {"hosted_zone.shared_with.y.vpc_id": VPC["z"]},
                "± aws_route53_zone_association.hosted-zone_y",
            ),
            change(
                f"{ZONE}.shared_with rename",
                "replaces",
                {"hosted_zone.shared_with.y": GONE, "hosted_zone.shared_with.z": {"vpc_id": VPC["z"]}},
                "+ aws_route53_zone_association.hosted-zone_z",
                "- aws_route53_zone_association.hosted-zone_y",
            ),
        ),
    ),
    Track(
        NAMES,
        (
            change(
                "consumers.*.network.ipv6 edit",
                PLACE,
                {"network.ipv6": True},
                "~ aws_subnet.network_ap-northeast-2*",
                "~ aws_vpc.network",
            ),
            change(
                f"{ENDPOINT}.ip_address_type edit",
                PLACE,
                {"endpoints.s3.ip_address_type": "dualstack"},
                "+ aws_vpc_security_group_ingress_rule.endpoint-s3_tcp-443-from-vpc-ipv6",
                "~ aws_vpc_endpoint.endpoint-s3",
            ),
            change(
                f"{ENDPOINT}.dns_record_ip_type edit",
                PLACE,
                {"endpoints.s3.dns_record_ip_type": "ipv4"},
                "~ aws_vpc_endpoint.endpoint-s3",
            ),
        ),
    ),
    Track(
        NAMES,
        (
            change(
                f"{ENDPOINT}.policy.Statement edit",
                PLACE,
                {"endpoints.s3.policy.Statement.Action": "s3:GetObject"},
                "~ aws_vpc_endpoint.endpoint-s3",
            ),
            change(
                f"{ENDPOINT}.policy.Id add",
                PLACE,
                {"endpoints.s3.policy.Id": "one"},
                "~ aws_vpc_endpoint.endpoint-s3",
            ),
            change(
                f"{ENDPOINT}.policy.Id edit",
                PLACE,
                {"endpoints.s3.policy.Id": "two"},
                "~ aws_vpc_endpoint.endpoint-s3",
            ),
        ),
    ),
    Track(
        NAMES,
        (
            change(
                f"{ENDPOINTS} add",
                ADDS,
                {"endpoints.logs": {"service_name": LOGS}},
                "+ aws_security_group.endpoint-logs",
                "+ aws_vpc_endpoint.endpoint-logs",
                "+ aws_vpc_security_group_ingress_rule.endpoint-logs_tcp-443-from-10-15-0-0-16",
            ),
            change(
                f"{ENDPOINTS}.*.private_dns edit",
                PLACE,
                {"endpoints.logs.private_dns": True},
                "~ aws_vpc_endpoint.endpoint-logs",
            ),
            change(
                f"{ENDPOINTS}.*.service_name edit",
                "replaces",
                {"endpoints.logs.service_name": EC2},
                "± aws_vpc_endpoint.endpoint-logs",
            ),
        ),
    ),
    Track(
        MINE,
        (
            change(
                f"{ENDPOINT}.security_group_ids remove",
                PLACE,
                {"endpoint.security_group_ids": [GROUPS["e1"]]},
                "~ aws_vpc_endpoint.endpoint",
            ),
            change(
                f"{ENDPOINT}.security_group_ids add",
                PLACE,
                {"endpoint.security_group_ids": [GROUPS["e1"], GROUPS["clients"]]},
                "~ aws_vpc_endpoint.endpoint",
            ),
            change(
                "consumers.*.network.subnet_ids remove",
                PLACE,
                {f"network.subnet_ids.{C}": GONE},
                "~ aws_vpc_endpoint.endpoint",
            ),
        ),
    ),
    Track(
        OUT,
        (
            change(
                f"{ENDPOINTS}.*.ports add",
                ADDS,
                {"endpoints.another.ports.2": 444},
                "+ aws_vpc_security_group_ingress_rule.endpoint-another_tcp-444-from-10-16-0-0-16",
            ),
            change(
                f"{ENDPOINTS}.*.ports remove",
                PLACE,
                {"endpoints.another.ports.0": GONE},
                "- aws_vpc_security_group_ingress_rule.endpoint-another_tcp-80-from-10-16-0-0-16",
            ),
            change(
                f"{ENDPOINTS}.*.service_name edit",
                "replaces",
                {"endpoints.another.service_name": OUTSIDE[0]},
                "± aws_vpc_endpoint.endpoint-another",
            ),
        ),
    ),
    Track(
        OUT,
        (
            change(
                f"{ENDPOINTS}.*.udp_ports add",
                ADDS,
                {"endpoints.another.udp_ports.2": 55},
                "+ aws_vpc_security_group_ingress_rule.endpoint-another_udp-55-from-10-16-0-0-16",
            ),
            change(
                f"{ENDPOINTS}.*.udp_ports remove",
                PLACE,
                {"endpoints.another.udp_ports.0": GONE},
                "- aws_vpc_security_group_ingress_rule.endpoint-another_udp-53-from-10-16-0-0-16",
            ),
        ),
    ),
)
OUTSIDE_TRACKS = (
    Track(
        "consumers.out",
        (
            change(
                f"{ENDPOINT}.ports add",
                ADDS,
                {"endpoint.ports.2": 8443},
                "+ aws_vpc_security_group_ingress_rule.endpoint_tcp-8443-from-10-9-0-0-24",
            ),
            change(
                f"{ENDPOINT}.ports remove",
                PLACE,
                {"endpoint.ports.0": GONE},
                "- aws_vpc_security_group_ingress_rule.endpoint_tcp-80-from-10-9-0-0-24",
            ),
            change(
                f"{ENDPOINT}.udp_ports remove",
                PLACE,
                {"endpoint.udp_ports.0": GONE},
                "- aws_vpc_security_group_ingress_rule.endpoint_udp-53-from-10-9-*-0-24",
            ),
            change(
                f"{ENDPOINT}.udp_ports add",
                ADDS,
                {"endpoint.udp_ports.1": 54},
                "+ aws_vpc_security_group_ingress_rule.endpoint_udp-54-from-10-9-*-0-24",
            ),
        ),
    ),
    Track(
        "consumers.out",
        (
            change(
                "consumers.*.service_name edit",
                "replaces",
                {"service_name": OUTSIDE[1]},
                "± aws_vpc_endpoint.endpoint",
            ),
            change(
                f"{ENDPOINT}.allow_from add",
                ADDS,
                {"endpoint.allow_from.1": "10.9.2.0/24"},
                "+ aws_vpc_security_group_ingress_rule.endpoint_*3-from-10-9-2-0-24",
            ),
        ),
    ),
    Track(
        "consumers.many",
        (
            change(
                f"{ENDPOINT}.allow_from add",
                PLACE,
                {"endpoint.allow_from.49": "10.9.2.0/24"},
                "+ aws_vpc_security_group_ingress_rule.endpoint_tcp-80-from-10-9-*",
                "- aws_vpc_security_group_ingress_rule.endpoint_tcp-80-from-10-9-*-0-24",
                "~ terraform_data.endpoint_rules",
                note="rules are merged",
            ),
        ),
    ),
)
SMALL = (
    Track(
        "",
        (
            change("tags add", PLACE, {"tags": {"team": "a"}}, "* ~ *"),
            change("tags edit", PLACE, {"tags": {"team": "b"}}, "* ~ *"),
            change("tags remove", PLACE, {"tags": GONE}, "* ~ *"),
            change("quotas add", PLACE, {"quotas": {"security_group_rules": 100}}),
            change("quotas.security_group_rules edit", PLACE, {"quotas": {"security_group_rules": 200}}),
            change("quotas remove", PLACE, {"quotas": GONE}),
        ),
    ),
    Track(
        "",
        (
            change("silenced add", PLACE, {"silenced": {"one-zone": "a trial"}}),
            change("silenced edit", PLACE, {"silenced": {"one-zone": "another trial"}}),
            change("silenced remove", PLACE, {"silenced": GONE}),
        ),
    ),
    Track(
        "",
        (
            change(
                "consumers add",
                ADDS,
                {"consumers.new": NEW_CONSUMER},
                "consumer-new + aws_default_security_group.network",
                "consumer-new + aws_route_table.network",
                "consumer-new + aws_route_table_association.network_routes-ap-northeast-2a",
                "consumer-new + aws_security_group.endpoint",
                "consumer-new + aws_subnet.network_ap-northeast-2a",
                "consumer-new + aws_vpc.network",
                "consumer-new + aws_vpc_endpoint.endpoint",
                "consumer-new + aws_vpc_security_group_ingress_rule.endpoint_tcp-443-from-10-54-0-0-16",
            ),
        ),
    ),
    Track(
        "consumers.zones",
        (
            change(
                "consumers.*.network.zones add",
                PLACE,
                {"network.zones": [A, B, C]},
                "+ aws_route_table_association.network_routes-ap-northeast-2b",
                "+ aws_subnet.network_ap-northeast-2b",
                "~ aws_vpc_endpoint.endpoint",
            ),
            change(
                "consumers.*.network.zones remove",
                PLACE,
                {"network.zones": [A, C]},
                "- aws_route_table_association.network_routes-ap-northeast-2b",
                "- aws_subnet.network_ap-northeast-2b",
                "~ aws_vpc_endpoint.endpoint",
            ),
        ),
    ),
    Track(
        "consumers.move",
        (
            change(
                "consumers.*.network.cidr edit",
                "replaces",
                {"network.cidr": "10.55.0.0/16"},
                "+ aws_vpc_security_group_ingress_rule.endpoint_tcp-443-from-10-55-0-0-16",
                "- aws_vpc_security_group_ingress_rule.endpoint_tcp-443-from-10-52-0-0-16",
                "± aws_subnet.network_ap-northeast-2*",
                "± aws_vpc.network",
                "± aws_default_security_group.network",
                "± aws_route_table.network",
                "± aws_route_table_association.network_routes-ap-northeast-2*",
                "± aws_security_group.endpoint",
                "± aws_vpc_endpoint.endpoint",
            ),
            change(
                "consumers.*.network switch",
                "replaces",
                {"network": MY_NETWORK},
                "+ aws_vpc_security_group_ingress_rule.endpoint_tcp-443-from-vpc",
                "- aws_default_security_group.network",
                "- aws_route_table.network",
                "- aws_route_table_association.network_routes-ap-northeast-2*",
                "- aws_subnet.network_ap-northeast-2*",
                "- aws_vpc.network",
                "- aws_vpc_security_group_ingress_rule.endpoint_tcp-443-from-10-55-0-0-16",
                "± aws_security_group.endpoint",
                "± aws_vpc_endpoint.endpoint",
            ),
            change(
                "consumers.*.network.subnet_ids edit",
                PLACE,
                {f"network.subnet_ids.{A}": GONE, f"network.subnet_ids.{B}": SUBNETS["mine"][B]},
                "~ aws_vpc_endpoint.endpoint",
            ),
            change(
                "consumers.*.network.vpc_id edit",
                "replaces",
                {"network": {"vpc_id": VPC["own"], "subnet_ids": SUBNETS["own"]}},
                "± aws_vpc_endpoint.endpoint",
                "± aws_security_group.endpoint",
                "± aws_vpc_security_group_ingress_rule.endpoint_tcp-443-from-vpc",
            ),
        ),
    ),
    Track(
        "consumers.account",
        (
            change("consumers.*.account add", PLACE, {"account": {"role_arn": ROLES[0]}}),
            change("account.external_id add", PLACE, {"account.external_id": "one"}),
            change("account.external_id edit", PLACE, {"account.external_id": "two"}),
            change("account.external_id remove", PLACE, {"account.external_id": GONE}),
            change("account.role_arn edit", PLACE, {"account.role_arn": ROLES[1]}),
            change("consumers.*.account remove", PLACE, {"account": GONE}),
        ),
    ),
    Track(
        "consumers.account",
        (
            change(
                f"{ZONE}.name edit",
                "replaces",
                {"hosted_zone.name": "y.internal", "endpoint.names.0": "api.y.internal"},
                "+ aws_route53_record.hosted-zone_name-api-y-internal-A",
                "- aws_route53_record.hosted-zone_name-api-x-internal-A",
                "± aws_route53_zone.hosted-zone",
                "± aws_route53_zone_association.hosted-zone_x",
            ),
            change(
                f"{ZONE}.shared_with remove",
                PLACE,
                {"hosted_zone.shared_with": GONE},
                "- aws_route53_zone_association.hosted-zone_x",
            ),
            change("consumers.*.region add", PLACE, {"region": REGION}),
            change("consumers.*.region remove", PLACE, {"region": GONE}),
        ),
    ),
    Track(
        "consumers.names",
        (
            change(
                f"{ZONE} add",
                ADDS,
                {"endpoint.names": ["q.shop.internal"], "hosted_zone": {"zone_id": PRIVATE_ZONES[0]}},
                "+ aws_route53_record.hosted-zone_name-q-shop-internal-A",
            ),
            change(f"{ZONE}.account add", PLACE, {"hosted_zone.account": {"role_arn": ROLES[0]}}),
            change(f"{ZONE}.account remove", PLACE, {"hosted_zone.account": GONE}),
            change(
                f"{ZONE}.zone_id edit",
                "replaces",
                {"hosted_zone.zone_id": PRIVATE_ZONES[1], "endpoint.names": ["q.depot.internal"]},
                "+ aws_route53_record.hosted-zone_name-q-depot-internal-A",
                "- aws_route53_record.hosted-zone_name-q-shop-internal-A",
            ),
            change(
                f"{ZONE} switch",
                "replaces",
                {"hosted_zone": {"name": "fresh.internal"}, "endpoint.names": ["q.fresh.internal"]},
                "+ terraform_data.hosted-zone_vpc",
                "+ aws_route53_record.hosted-zone_name-q-fresh-internal-A",
                "+ aws_route53_zone.hosted-zone",
                "- aws_route53_record.hosted-zone_name-q-depot-internal-A",
                note="existing to new",
            ),
            change(
                f"{ZONE} remove",
                PLACE,
                {"endpoint.names": GONE, "hosted_zone": GONE},
                "- aws_route53_record.hosted-zone_name-q-fresh-internal-A",
                "- aws_route53_zone.hosted-zone",
                "- terraform_data.hosted-zone_vpc",
            ),
        ),
    ),
    Track(
        "",
        (
            None,
            change(
                "consumers rename, consumers.*.renamed_from add",
                PLACE,
                {"consumers.new": GONE, "consumers.fresh": NEW_CONSUMER | {"renamed_from": "new"}},
            ),
            change(
                "consumers rename",
                PLACE,
                {"consumers.fresh": GONE, "consumers.newest": NEW_CONSUMER | {"renamed_from": "new"}},
            ),
            change(
                "service.renamed_from add, service switch",
                PLACE,
                {"service": GONE, "services.only": SMALL_SERVICE | {"renamed_from": "service"}}
                | {
                    f"consumers.{key}.service": "only"
                    for key in ("zones", "move", "account", "names", "newest")
                },
            ),
            change(
                "services rename",
                PLACE,
                {"services.only": GONE, "services.one": SMALL_SERVICE | {"renamed_from": "service"}}
                | {
                    f"consumers.{key}.service": "one"
                    for key in ("zones", "move", "account", "names", "newest")
                },
            ),
        ),
    ),
    Track(
        "service",
        (
            change("service.account add", PLACE, {"account": {"role_arn": ROLES[0]}}),
            change("service.account remove", PLACE, {"account": GONE}),
        ),
    ),
)
TOPOLOGIES = {"matrix": matrix, "outside": outside, "small": small}
TRACKS: Mapping[str, tuple[Track, ...]] = {"matrix": MATRIX, "outside": OUTSIDE_TRACKS, "small": SMALL}


@dataclass(frozen=True, slots=True)
class Refused:
    """A change that the file cannot express.

    Arguments:
        changes: kinds of change by the path of the field.
        rule: ID of the rule that refuses it.
        topology: name of the topology.
        part: service or consumer in it.
        edit: the change there.
    """

    changes: Mapping[str, tuple[Kind, ...]]
    rule: str
    topology: str
    part: str
    edit: Edit


def _refused(changes: str, rule: str, topology: str, part: str, edit: Edit) -> Refused:
    return Refused(by_field(changes), rule, topology, part, edit)


REFUSED = (
    _refused("service add", "service-and-services", "matrix", "", {"service": SMALL_SERVICE}),
    _refused("service remove", "service-name-missing", "small", "", {"service": GONE}),
    _refused("service.network add", "existing-load-balancer-settings", "matrix", EDGE, {"network": NETWORK}),
    _refused("service.network remove", "service-network-missing", "matrix", WEB, {"network": GONE}),
    _refused(
        "service.network.cidr add", "network-existing-only", "matrix", OWN, {"network.cidr": "10.1.0.0/16"}
    ),
    _refused("service.network.cidr remove", "network-incomplete", "matrix", WEB, {"network.cidr": GONE}),
    _refused(
        "service.network.vpc_id add", "network-incomplete", "matrix", WEB, {"network.vpc_id": VPC["own"]}
    ),
    _refused("service.network.vpc_id remove", "network-incomplete", "matrix", OWN, {"network.vpc_id": GONE}),
    _refused("service.backends add", "targets-conflict", "matrix", OWN, {"backends": {"text": "a"}}),
    _refused("service.backends remove", "targets-missing", "matrix", WEB, {"backends": GONE}),
    _refused(
        "service.backends.text add", "zone-setting-unknown", "matrix", FLEET, {f"backends.text.{B}": "b"}
    ),
    _refused(
        "service.backends.text remove",
        "zone-setting-missing",
        "matrix",
        FLEET,
        {f"backends.text.{A}": GONE},
    ),
    _refused(
        "service.targets add",
        "targets-conflict",
        "matrix",
        WEB,
        {"targets": {"addresses": {"a": "10.1.0.9"}}},
    ),
    _refused("service.targets remove", "targets-missing", "matrix", OWN, {"targets": GONE}),
    _refused(
        "consumers.*.network.cidr add",
        "network-existing-only",
        "matrix",
        MINE,
        {"network.cidr": "10.1.0.0/16"},
    ),
    _refused("consumers.*.network.cidr remove", "network-incomplete", "matrix", ONE, {"network.cidr": GONE}),
    _refused(
        "consumers.*.network.vpc_id add",
        "network-incomplete",
        "matrix",
        ONE,
        {"network.vpc_id": VPC["mine"]},
    ),
    _refused(
        "consumers.*.network.vpc_id remove", "network-incomplete", "matrix", MINE, {"network.vpc_id": GONE}
    ),
    _refused("consumers.*.service remove", "consumer-service-missing", "matrix", ONE, {"service": GONE}),
    _refused(
        "consumers.*.service_name add",
        "service-name-unused",
        "small",
        "consumers.move",
        {"service_name": OUTSIDE[0]},
    ),
    _refused(
        "consumers.*.service_name remove",
        "service-name-missing",
        "outside",
        "consumers.out",
        {"service_name": GONE},
    ),
    _refused(
        f"{ENDPOINTS}.*.service_name add",
        "endpoint-service",
        "matrix",
        OUT,
        {"endpoints.another": {"service": "own", "service_name": OUTSIDE[0]}},
    ),
    _refused(
        f"{ENDPOINTS}.*.service_name remove",
        "endpoint-service",
        "matrix",
        ONLY,
        {"endpoints.ssm.service_name": GONE},
    ),
    _refused(
        f"{ENDPOINTS}.*.service_region add",
        "endpoint-service-region",
        "matrix",
        ONLY,
        {"endpoints.ssm.service_region": "us-east-1"},
    ),
    _refused(
        f"{ZONE}.name remove", "hosted-zone-new-or-existing", "matrix", NAMES, {"hosted_zone.name": GONE}
    ),
    _refused(
        f"{ZONE}.name add",
        "hosted-zone-new-or-existing",
        "small",
        "consumers.names",
        {
            "endpoint.names": ["q.shop.internal"],
            "hosted_zone": {"zone_id": PRIVATE_ZONES[0], "name": "shop.internal"},
        },
    ),
    _refused(
        f"{ZONE}.zone_id add",
        "hosted-zone-new-or-existing",
        "matrix",
        NAMES,
        {"hosted_zone.zone_id": PRIVATE_ZONES[0]},
    ),
    _refused(
        f"{ZONE}.zone_id remove",
        "hosted-zone-new-or-existing",
        "small",
        "consumers.names",
        {"endpoint.names": ["q.shop.internal"], "hosted_zone": {}},
    ),
    _refused(
        "account.profile add",
        "account-profile-or-role",
        "small",
        "consumers.move",
        {"account": {"role_arn": ROLES[0], "profile": "a"}},
    ),
    _refused("account.profile remove", "account-profile-or-role", "small", "consumers.move", {"account": {}}),
    _refused(
        "account.role_arn add",
        "account-profile-or-role",
        "small",
        "consumers.move",
        {"account": {"profile": "a", "role_arn": ROLES[0]}},
    ),
    _refused(
        "account.role_arn remove", "account-profile-or-role", "small", "consumers.move", {"account": {}}
    ),
)

# Changes that are planned alone, from the topology as it starts, and not applied.
PLANNED = (
    Track(
        "",
        (
            change(
                "service.network.zones remove",
                STAGED,
                {
                    "services.web.network.zones": [A],
                    "consumers.one.network.zones": [A],
                    f"consumers.mine.network.subnet_ids.{C}": GONE,
                },
                "consumer-mine ~ aws_vpc_endpoint.endpoint",
                "consumer-one - aws_route_table_association.network_routes-ap-northeast-2c",
                "consumer-one - aws_subnet.network_ap-northeast-2c",
                "consumer-one ~ aws_vpc_endpoint.endpoint",
                "provider-web - aws_instance.backends_ap-northeast-2c",
                "provider-web - aws_lb_target_group_attachment.load-balancer_port-*-ap-northeast-2c",
                "provider-web - aws_route_table_association.network_routes-ap-northeast-2c",
                "provider-web - aws_subnet.network_ap-northeast-2c",
                "provider-web ~ aws_vpc_endpoint_service.endpoint-service",
                "provider-web ± aws_lb.load-balancer",
                "provider-web ± aws_lb_listener.load-balancer_port-*",
            ),
        ),
    ),
    Track(
        ONLY,
        (
            change(
                "consumers.*.region edit",
                STAGED,
                {
                    "region": "us-west-2",
                    "network.zones": ["us-west-2a", "us-west-2c"],
                    "endpoints": {"ssm": {"service_name": "com.amazonaws.us-west-2.ssm"}},
                },
                "+ aws_default_security_group.network",
                "+ aws_route_table.network",
                "+ aws_route_table_association.network_routes-us-west-2*",
                "+ aws_security_group.endpoint-ssm",
                "+ aws_subnet.network_us-west-2*",
                "+ aws_vpc.network",
                "+ aws_vpc_endpoint.endpoint-ssm",
                "+ aws_vpc_security_group_ingress_rule.endpoint-ssm_tcp-443-from-10-17-0-0-16",
            ),
            change(
                "consumers.*.network.zones edit switch",
                STAGED,
                {"network.zones": {A: "10.17.91.0/24", C: "10.17.92.0/24"}},
                "± aws_route_table_association.network_routes-ap-northeast-2*",
                "± aws_subnet.network_ap-northeast-2*",
                "~ aws_vpc_endpoint.endpoint-ssm",
                note="an endpoint gets another subnet in the same zone",
            ),
        ),
    ),
    Track(
        WEB,
        (
            change(
                "service.network.cidr edit",
                STAGED,
                {"network.cidr": "10.99.0.0/16"},
                "~ aws_lb.load-balancer",
                "~ aws_lb_listener.load-balancer_port-*",
                "± aws_default_security_group.network",
                "± aws_instance.backends_ap-northeast-2*",
                "± aws_lb_target_group.load-balancer_port-*",
                "± aws_lb_target_group_attachment.load-balancer_port-*",
                "± aws_route_table.network",
                "± aws_route_table_association.network_routes-ap-northeast-2*",
                "± aws_security_group.*",
                "± aws_subnet.network_ap-northeast-2*",
                "± aws_vpc.network",
                "± aws_vpc_security_group_egress_rule.load-balancer_to-targets-tcp-80",
                "± aws_vpc_security_group_ingress_rule.load-balancer_*",
            ),
            change(
                "service.network.zones edit",
                STAGED,
                {"network.zones": {A: "10.11.91.0/24", C: "10.11.92.0/24"}},
                "~ aws_lb.load-balancer",
                "± aws_instance.backends_ap-northeast-2*",
                "± aws_lb_target_group_attachment.load-balancer_port-*",
                "± aws_route_table_association.network_routes-ap-northeast-2*",
                "± aws_subnet.network_ap-northeast-2*",
            ),
            change(
                "service.network.zones switch",
                STAGED,
                {"network.zones": ["apne2-az1", "apne2-az3"]},
                "+ aws_instance.backends_apne2-az*",
                "+ aws_lb_target_group_attachment.load-balancer_port-*",
                "+ aws_route_table_association.network_routes-apne2-az*",
                "+ aws_subnet.network_apne2-az*",
                "- aws_instance.backends_ap-northeast-2*",
                "- aws_lb_target_group_attachment.load-balancer_port-*",
                "- aws_route_table_association.network_routes-ap-northeast-2*",
                "- aws_subnet.network_ap-northeast-2*",
                "~ aws_lb.load-balancer",
                note="zone name to AZ ID",
            ),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Moved:
    """A change of the backend, after which the state is moved.

    Arguments:
        changes: kinds of change by the path of the field.
        backend: the backend after it; None for the default.
    """

    changes: Mapping[str, tuple[Kind, ...]]
    backend: Mapping[str, Any] | None


def _moved(changes: str, backend: Mapping[str, Any] | None) -> Moved:
    return Moved(by_field(changes), backend)


_S3 = {"bucket": STATE_BUCKETS[0], "region": REGION}
# Each from the one before; the first from state files beside the output folder.
BACKENDS = (
    _moved("backend add, backend.local add", {"local": {"directory": "state"}}),
    _moved("backend.local.directory edit", {"local": {"directory": "states"}}),
    _moved("backend switch, backend.local remove, backend.s3 add", {"s3": _S3}),
    _moved("backend.s3.key_prefix add", {"s3": _S3 | {"key_prefix": "one"}}),
    _moved("backend.s3.key_prefix edit", {"s3": _S3 | {"key_prefix": "two"}}),
    _moved("backend.s3.key_prefix remove", {"s3": _S3}),
    _moved(
        "backend.s3.bucket edit, backend.s3.region edit",
        {"s3": {"bucket": STATE_BUCKETS[1], "region": "us-west-2"}},
    ),
    _moved("backend.s3.encrypt edit", {"s3": _S3 | {"encrypt": False}}),
    _moved("backend.s3.kms_key_id add", {"s3": _S3 | {"kms_key_id": STATE_KEYS[0]}}),
    _moved("backend.s3.kms_key_id edit", {"s3": _S3 | {"kms_key_id": STATE_KEYS[1]}}),
    _moved(
        "backend.s3.kms_key_id remove, backend.s3.account add",
        {"s3": _S3 | {"account": {"role_arn": ROLES[0]}}},
    ),
    _moved("backend.s3.account remove", {"s3": _S3}),
    _moved("backend remove, backend.s3 remove", None),
)


# The stack is destroyed first; tests/e2e/test_changes_traffic.py applies it.
REMOVED = by_field("consumers remove")
# Kinds of change that no test applies, with the reason.
NOT_APPLIED = tuple(
    (by_field(changes), why)
    for changes, why in (
        (
            "name edit, service.region edit",
            "every stack is another one",
        ),
        (
            "backend.hcp add remove, backend.hcp.organization edit, "
            "backend.hcp.project add edit remove, backend.hcp.workspace_prefix edit, "
            "backend.hcp.hostname edit",
            "HCP Terraform is not in the local AWS",
        ),
        (
            "profile add edit remove, service.network.zones add, service.backends.text switch, "
            "service.backends.port edit, service.backends.instance_type edit, "
            "service.backends.auto_scaling add remove, service.targets switch, "
            "service.targets.instances edit, service.targets.addresses remove, "
            "service.targets.application_load_balancer add edit remove, "
            "service.load_balancer.access_logs remove, "
            "service.load_balancer.access_logs.expire_days remove, "
            "service.load_balancer.access_logs.bucket remove, "
            "service.load_balancer.access_logs.prefix edit remove, service.listeners remove, "
            "service.listeners.*.protocol edit, service.listeners.*.certificate_arn add remove, "
            "service.listeners.*.target_port add remove, "
            "service.listeners.*.health_check.healthy_codes add edit remove, "
            "service.listeners.*.health_check.interval_seconds edit, "
            "service.listeners.*.health_check.healthy_threshold edit, "
            "service.listeners.*.health_check.unhealthy_threshold edit, "
            "service.listeners.*.connection_termination edit, service.private_dns remove, "
            "service.private_dns.zone_id edit remove, service.private_dns.account remove, "
            "service.notifications remove, service.notifications.topic_arn remove, "
            "service.kms_key edit, service.alarms remove, service.alarms.unhealthy_targets edit, "
            "services remove, consumers.*.network.subnet_ids add switch, "
            "consumers.*.kms_key edit, consumers.*.service add edit, consumers.*.endpoint remove, "
            "consumers.*.endpoint.policy add remove, consumers.*.endpoint.policy.Version edit, "
            "consumers.*.endpoint.policy.Id remove, "
            "consumers.*.endpoint.addresses add edit remove switch, "
            "consumers.*.endpoint.names remove, consumers.*.endpoint.names.*.zone edit remove, "
            "consumers.*.endpoints remove rename, "
            "consumers.*.endpoints.*.service add edit remove, "
            "consumers.*.hosted_zone.shared_with.*.region add edit remove, "
            "consumers.*.hosted_zone.shared_with.*.account add remove, account.profile edit, "
            "account switch",
            "",
        ),
        (
            "service.network switch, service.network.vpc_id edit, "
            "service.network.subnet_ids edit remove switch, service.load_balancer switch, "
            "service.load_balancer.name add edit remove, service.load_balancer.scheme edit, "
            "service.load_balancer.elastic_ips add edit remove switch",
            "replaces a load balancer that the service uses",
        ),
        (
            "service.network.zones_renamed_from add edit remove switch, "
            "service.load_balancer.renamed_from edit remove, service.renamed_from edit remove, "
            "consumers.*.network.zones_renamed_from add edit remove switch, "
            "consumers.*.endpoint.renamed_from edit remove, consumers.*.renamed_from edit remove",
            "see decision 18",
        ),
        (
            "service.private_dns.record_exists edit, consumers.*.endpoint.private_dns edit",
            "tests/e2e/test_private_dns.py applies it",
        ),
        (
            "consumers.*.endpoints.*.service_region edit remove",
            "the local AWS has no service without a Region",
        ),
    )
)
