"""The changes of keys, of the form of zones, of private DNS and of encryption, which are applied together."""

from tests.support.changes import GONE, Track, change
from tests.support.changes_world import (
    FAR_REGION,
    FAR_VPC,
    REGION,
    ROLES,
    VPC,
    A,
    C,
)

NETWORK, ENDPOINT, ZONE = "consumers.*.network", "consumers.*.endpoint", "consumers.*.hosted_zone"
_BY_NAME = {A: "10.71.0.0/24", C: "10.71.1.0/24"}
_BY_ID = {"apne2-az1": "10.71.0.0/24", "apne2-az3": "10.71.1.0/24"}
_FORMER = {"apne2-az1": A, "apne2-az3": C}


def _of_consumer(subnets: dict[str, str]) -> dict[str, str]:
    return {zone: cidr.replace("10.71.", "10.73.") for zone, cidr in subnets.items()}


KEYS = (
    Track(
        "services.web",
        (
            change(
                "service.network.zones_renamed_from add, service.network.zones switch",
                "in place",
                {"network.zones": _BY_ID, "network.zones_renamed_from": _FORMER},
                note="zone name to AZ ID, with `zones_renamed_from`",
            ),
            change(
                "service.network.zones_renamed_from remove, service.network.zones switch",
                "in place",
                {"network.zones": _BY_NAME, "network.zones_renamed_from": GONE},
                note="back to the zone name",
            ),
            change(
                "service.kms_key edit",
                "replaces",
                {"kms_key": "create"},
                "+ aws_kms_alias.key",
                "+ aws_kms_key.key",
                "~ aws_cloudwatch_log_group.network_flow-log",
                "~ aws_s3_bucket_server_side_encryption_configuration.load-balancer-access-logs",
                "~ aws_sns_topic.notifications",
                "± aws_instance.backends_ap-northeast-2*",
                "± aws_lb_target_group_attachment.load-balancer_port-443-*",
                note="`aws` to `create`",
                blocks=True,
            ),
            change(
                "service.network.zones_renamed_from add, service.network.zones switch",
                "in place",
                {"network.zones": _BY_ID, "network.zones_renamed_from": _FORMER},
                note="zone name to AZ ID, with `zones_renamed_from`",
            ),
        ),
    ),
    Track(
        "services.edge",
        (
            None,
            None,
            change(
                "service.private_dns.zone_id remove, service.private_dns.record_exists edit",
                "in place",
                {"private_dns": {"name": "edge.example.com", "record_exists": True}},
                "- aws_route53_record.private-dns",
            ),
            change(
                "service.private_dns.record_exists edit",
                "in place",
                {"private_dns.record_exists": False},
                "- aws_vpc_endpoint_service_private_dns_verification.private-dns",
            ),
        ),
    ),
    Track(
        "consumers.zoned",
        (
            change(
                f"{NETWORK}.zones_renamed_from add, {NETWORK}.zones switch",
                "in place",
                {"network.zones": _of_consumer(_BY_ID), "network.zones_renamed_from": _FORMER},
                note="zone name to AZ ID, with `zones_renamed_from`",
            ),
            change(
                f"{NETWORK}.zones_renamed_from remove, {NETWORK}.zones switch",
                "in place",
                {"network.zones": _of_consumer(_BY_NAME), "network.zones_renamed_from": GONE},
                note="back to the zone name",
            ),
            change(
                f"{ENDPOINT}.addresses add",
                "in place",
                {"endpoint.addresses": {A: "10.73.0.100", C: "10.73.1.100"}},
                "~ aws_vpc_endpoint.endpoint",
            ),
            change(
                f"{NETWORK}.zones_renamed_from add, {NETWORK}.zones switch, {ENDPOINT}.addresses switch",
                "in place",
                {
                    "network.zones": _of_consumer(_BY_ID),
                    "network.zones_renamed_from": _FORMER,
                    "endpoint.addresses": {"apne2-az1": "10.73.0.100", "apne2-az3": "10.73.1.100"},
                },
                note="zone name to AZ ID, with `zones_renamed_from`",
            ),
        ),
    ),
    Track(
        "consumers.keyed",
        (
            change(
                f"{ENDPOINT}.renamed_from add, {ENDPOINT} switch",
                "in place",
                {"service": GONE, "endpoints": {"first": {"service": "edge", "renamed_from": "endpoint"}}},
                note="to `endpoints`, with `renamed_from`",
            ),
            change(
                f"{ENDPOINT}.renamed_from remove",
                "replaces",
                {"endpoints.first.renamed_from": GONE},
                "+ aws_security_group.endpoint-first",
                "+ aws_vpc_endpoint.endpoint-first",
                "+ aws_vpc_security_group_ingress_rule.endpoint-first_tcp-443-from-10-72-0-0-16",
                "- aws_security_group.endpoint",
                "- aws_vpc_endpoint.endpoint",
                "- aws_vpc_security_group_ingress_rule.endpoint_tcp-443-from-10-72-0-0-16",
            ),
            change(
                f"{ENDPOINT}.renamed_from add, consumers.*.endpoints rename",
                "in place",
                {"endpoints": {"second": {"service": "edge", "renamed_from": "first"}}},
                note="with `renamed_from`",
            ),
            change(
                f"{ENDPOINT}.renamed_from edit",
                "replaces",
                {"endpoints.second.renamed_from": "other"},
                "+ aws_security_group.endpoint-other",
                "+ aws_vpc_endpoint.endpoint-other",
                "+ aws_vpc_security_group_ingress_rule.endpoint-other_tcp-443-from-10-72-0-0-16",
                "- aws_security_group.endpoint-first",
                "- aws_vpc_endpoint.endpoint-first",
                "- aws_vpc_security_group_ingress_rule.endpoint-first_tcp-443-from-10-72-0-0-16",
            ),
        ),
    ),
    Track(
        "consumers.shared",
        (
            change(
                f"{ZONE}.shared_with.*.region add", "in place", {"hosted_zone.shared_with.x.region": REGION}
            ),
            change(
                f"{ZONE}.shared_with.*.region edit",
                "replaces",
                {"hosted_zone.shared_with.x": {"vpc_id": FAR_VPC, "region": FAR_REGION}},
                "± aws_route53_zone_association.hosted-zone_x",
            ),
            change(
                f"{ZONE}.shared_with.*.region remove",
                "replaces",
                {"hosted_zone.shared_with.x": {"vpc_id": VPC["x"]}},
                "± aws_route53_zone_association.hosted-zone_x",
            ),
        ),
    ),
    Track(
        "consumers.private",
        (
            change(
                f"{ENDPOINT}.private_dns edit",
                "adds only",
                {"endpoint.private_dns": True},
                "private-dns-private + aws_vpc_endpoint_private_dns.private-dns",
                note="on",
            ),
            None,
            change(
                "consumers.*.kms_key edit",
                "replaces",
                {"kms_key": "create"},
                "+ aws_kms_alias.key",
                "+ aws_kms_key.key",
                "~ aws_cloudwatch_log_group.network_flow-log",
                "± aws_instance.probe",
                note="`aws` to `create`",
            ),
        ),
    ),
    Track(
        "consumers.global",
        (
            change(
                "consumers.*.endpoints.*.service_region remove",
                "in place",
                {"endpoints.dns.service_region": GONE},
                note="the consumer's Region",
            ),
        ),
    ),
    Track(
        "",
        (
            None,
            None,
            None,
            None,
            None,
            change(
                "profile add",
                "in place",
                {"profile": "production"},
                "consumer-* + aws_cloudwatch_log_group.network_flow-log",
                "consumer-* + aws_flow_log.network_flow-log",
                "consumer-* + aws_iam_role.network_flow-log",
                "consumer-* + aws_iam_role_policy.network_flow-log",
                "consumer-* + aws_kms_alias.key",
                "consumer-* + aws_kms_key.key",
                "provider-web ~ aws_lb.load-balancer",
            ),
            change(
                "profile remove",
                "in place",
                {"profile": GONE},
                "consumer-* - aws_cloudwatch_log_group.network_flow-log",
                "consumer-* - aws_flow_log.network_flow-log",
                "consumer-* - aws_iam_role.network_flow-log",
                "consumer-* - aws_iam_role_policy.network_flow-log",
                "consumer-* - aws_kms_alias.key",
                "consumer-* - aws_kms_key.key",
                "provider-web ~ aws_lb.load-balancer",
            ),
        ),
    ),
)
CREDENTIALS = (
    Track(
        "consumers.one",
        (
            change("account.profile edit", "in place", {"account.profile": "two"}),
            change("account switch", "in place", {"account": {"role_arn": ROLES[0]}}, note="to a role"),
            change("account switch", "in place", {"account": {"profile": "one"}}, note="to a profile"),
        ),
    ),
)
