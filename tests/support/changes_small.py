"""The changes of consumers, of keys and of the whole topology, which are applied together."""

from tests.support.changes import GONE, Class, Track, change
from tests.support.changes_world import (
    BALANCERS,
    MY_NETWORK,
    OUTSIDE,
    PRIVATE_ZONES,
    REGION,
    ROLES,
    SUBNETS,
    VPC,
    A,
    B,
    C,
)

PLACE: Class = "in place"
ADDS: Class = "adds only"
LB, LISTENER, GROUP = "service.load_balancer", "service.listeners.*", "services"
ENDPOINT, ENDPOINTS, ZONE = "consumers.*.endpoint", "consumers.*.endpoints", "consumers.*.hosted_zone"
NEW_CONSUMER = {"network": {"cidr": "10.54.0.0/16", "zones": [A]}}
SMALL_SERVICE = {"region": REGION, "existing_load_balancers": BALANCERS[:1], "listeners": [{"port": 443}]}
OUTSIDE_TRACKS = (
    # No plan shows the ports that the service listens on, so the review takes each of them for used.
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
                "- aws_vpc_security_group_ingress_rule.endpoint_tcp-80-from-10-9-*-0-24",
                blocks=True,
            ),
            change(
                "consumers.*.service_name edit",
                "replaces",
                {"service_name": OUTSIDE[1]},
                "± aws_vpc_endpoint.endpoint",
                blocks=True,
            ),
        ),
    ),
    Track(
        "consumers.out",
        (
            change(
                f"{ENDPOINT}.udp_ports remove",
                PLACE,
                {"endpoint.udp_ports.0": GONE},
                "- aws_vpc_security_group_ingress_rule.endpoint_udp-53-from-10-9-*-0-24",
                blocks=True,
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
                f"{ENDPOINT}.allow_from add",
                ADDS,
                {"endpoint.allow_from.1": "10.9.2.0/24"},
                "+ aws_vpc_security_group_ingress_rule.endpoint_*-from-10-9-2-0-24",
            ),
        ),
    ),
    # Only an output changes, which `privatelink verify` reads.
    Track(
        "consumers.out",
        (
            change(
                f"{ENDPOINT}.verify add",
                PLACE,
                {
                    "endpoint.verify": [
                        {"port": 443, "protocol": "tls"},
                        {"port": 123, "protocol": "udp", "send": "x"},
                    ]
                },
            ),
            change(
                f"{ENDPOINT}.verify reorder",
                PLACE,
                {
                    "endpoint.verify": [
                        {"port": 123, "protocol": "udp", "send": "x"},
                        {"port": 443, "protocol": "tls"},
                    ]
                },
            ),
            change(f"{ENDPOINT}.verify remove", PLACE, {"endpoint.verify": GONE}),
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
                blocks=True,
            ),
            change(
                "consumers.*.network.zones switch",
                PLACE,
                {"network.zones": {A: "10.51.0.0/20", C: "10.51.32.0/20"}},
                note="list to mapping, with the same CIDRs",
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
                blocks=True,
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
                blocks=True,
            ),
            change(
                "consumers.*.network.subnet_ids edit",
                PLACE,
                {f"network.subnet_ids.{A}": GONE, f"network.subnet_ids.{B}": SUBNETS["mine"][B]},
                "~ aws_vpc_endpoint.endpoint",
                blocks=True,
            ),
            change(
                "consumers.*.network.vpc_id edit",
                "replaces",
                {"network": {"vpc_id": VPC["own"], "subnet_ids": SUBNETS["own"]}},
                "± aws_vpc_endpoint.endpoint",
                "± aws_security_group.endpoint",
                "± aws_vpc_security_group_ingress_rule.endpoint_tcp-443-from-vpc",
                blocks=True,
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
                blocks=True,
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
                blocks=True,
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
                blocks=True,
            ),
            change(
                f"{ZONE} remove",
                PLACE,
                {"endpoint.names": GONE, "hosted_zone": GONE},
                "- aws_route53_record.hosted-zone_name-q-fresh-internal-A",
                "- aws_route53_zone.hosted-zone",
                "- terraform_data.hosted-zone_vpc",
                blocks=True,
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
