"""The plans of tests/data/plans: each an edit of the configuration in base/, planned against what it applied.

A plan of the real provider for every rule that has to find something, and for what looks like it and is
harmless.
"""

from tests.support.plans.alone import ALONE
from tests.support.plans.further import FURTHER
from tests.support.plans.inspection import INSPECTION
from tests.support.plans.scenario import Scenario

NLB = "aws_lb.shop"
SERVICE = "aws_vpc_endpoint_service.shop"
ENDPOINT = "module.consumer[0].aws_vpc_endpoint.this"


_NLB_HAS = "  security_groups            = [aws_security_group.nlb.id]\n"
_OFFERED = 'offered = ["ap-northeast-2a", "ap-northeast-2c"]'
_ENFORCE = '  enforce_security_group_inbound_rules_on_private_link_traffic = "off"\n'
_ACCEPTER = 'resource "aws_vpc_endpoint_connection_accepter" "consumer" {\n  count                   = 1'
_EVERYONE = 'toset(["*", "arn:aws:iam::123456789012:root", "arn:aws:iam::210987654321:root"])'
_PRINCIPALS = 'toset(["arn:aws:iam::123456789012:root", "arn:aws:iam::210987654321:root"])'
_FROM_VPC = """  cidr_ipv4         = "10.20.0.0/16"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_endpoint" "this\""""
_FROM_CONSUMERS = """  security_group_id = aws_security_group.nlb.id
  cidr_ipv4         = "10.20.0.0/16"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
"""
_SUBNETS = "  subnet_ids          = aws_subnet.this[*].id\n"
_ACCEPTANCE = "  acceptance_required        = true\n"
_TAGS = '  tags = { Name = "shop" }\n'
_NAMED = "  service_name        = var.service_name\n"

SCENARIOS = (
    Scenario("nothing-changes"),
    # What is changed here is harmless, beside what every rule looks at.
    Scenario(
        "tags-and-timeouts",
        {
            "  port     = 8443\n": "  port     = 8443\n  deregistration_delay = 120\n",
            _ENFORCE: _ENFORCE + "  enable_zonal_shift = true\n" + _TAGS,
            _ACCEPTANCE: _ACCEPTANCE + _TAGS,
            _SUBNETS: _SUBNETS + _TAGS,
        },
    ),
    Scenario(
        "added",
        {
            _PRINCIPALS: _PRINCIPALS.replace('root"])', 'root", "arn:aws:iam::111122223333:root"])'),
            '"us-east-1"]': '"us-east-1", "eu-west-1"]',
            _FROM_VPC: _FROM_VPC.replace("10.20.0.0/16", "10.0.0.0/8"),
            'resource "aws_vpc_endpoint_service" "shop" {': """resource "aws_lb_listener" "more" {
  load_balancer_arn = aws_lb.shop.arn
  port              = 8080
  protocol          = "TCP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.spare.arn
  }
}

resource "aws_vpc_endpoint_service" "shop" {""",
        },
    ),
    Scenario(
        "endpoint-replaced",
        {_NAMED: '  service_name = replace(var.service_name, "/.$/", "x")\n'},
        ("endpoint-replaced",),
    ),
    Scenario(
        "endpoint-moved",
        {
            'resource "aws_vpc_endpoint" "this" {': """moved {
  from = aws_vpc_endpoint.this
  to   = aws_vpc_endpoint.renamed
}

resource "aws_vpc_endpoint" "renamed" {""",
            "  value = aws_vpc_endpoint.this.id": "  value = aws_vpc_endpoint.renamed.id",
        },
    ),
    Scenario("everything-destroyed", finds=("service-destroyed", "endpoint-destroyed"), destroy=True),
    Scenario(
        "endpoint-loses-zone",
        {_SUBNETS: "  subnet_ids = [aws_subnet.this[0].id]\n"},
        ("endpoint-loses-zone",),
    ),
    Scenario(
        "private-dns-off",
        state={ENDPOINT: {"private_dns_enabled": True}},
        finds=("endpoint-private-dns-off",),
    ),
    Scenario(
        "private-dns-before-acceptance",
        {
            'output "endpoint_id"': """resource "aws_vpc_endpoint" "second" {
  vpc_id              = aws_vpc.this.id
  vpc_endpoint_type   = "Interface"
  service_name        = var.service_name
  private_dns_enabled = true
}

output "endpoint_id\"""",
        },
        ("private-dns-before-acceptance",),
    ),
    Scenario(
        "private-dns-after-acceptance",
        {"  private_dns_enabled = false": "  private_dns_enabled = true"},
        state={ENDPOINT: {"state": "available"}},
    ),
    Scenario(
        "vpc-dns-off",
        {"  enable_dns_support   = true": "  enable_dns_support   = false"},
        ("vpc-dns-off",),
    ),
    Scenario(
        "load-balancer-taken-from-service",
        {
            "  network_load_balancer_arns = [aws_lb.shop.arn]": "  network_load_balancer_arns = "
            "[aws_lb.legacy.arn]"
        },
        ("service-load-balancer-removed", "path-broken"),
    ),
    Scenario(
        "second-load-balancer",
        {
            "  network_load_balancer_arns = [aws_lb.shop.arn]": (
                "  network_load_balancer_arns = [aws_lb.shop.arn, aws_lb.legacy.arn]"
            )
        },
    ),
    Scenario(
        "acceptance-off",
        {_ACCEPTANCE: _ACCEPTANCE.replace("true", "false")},
        ("acceptance-switched-off",),
    ),
    Scenario(
        "open-to-everyone",
        {
            _ACCEPTANCE: _ACCEPTANCE.replace("true", "false"),
            _PRINCIPALS: _EVERYONE,
        },
        ("service-open-to-everyone",),
    ),
    Scenario("everyone-added", {_PRINCIPALS: _EVERYONE}, ("principal-everyone-added",)),
    Scenario(
        "principal-removed",
        {_PRINCIPALS: 'toset(["arn:aws:iam::123456789012:root"])'},
        ("principal-removed",),
    ),
    Scenario(
        "private-dns-name-changed",
        {_ACCEPTANCE: _ACCEPTANCE + '  private_dns_name = "api.shop.example"\n'},
        ("private-dns-name-changed",),
        {SERVICE: {"private_dns_name": "shop.example"}},
    ),
    Scenario(
        "private-dns-name-given",
        {_ACCEPTANCE: _ACCEPTANCE + '  private_dns_name = "api.shop.example"\n'},
    ),
    Scenario(
        "private-dns-name-omitted",
        state={SERVICE: {"private_dns_name": "shop.example"}},
        finds=("omitted-value-kept",),
    ),
    Scenario(
        "region-removed",
        {'"ap-northeast-2", "us-east-1"': '"ap-northeast-2"'},
        ("supported-region-removed",),
    ),
    Scenario(
        "ip-type-dropped",
        state={SERVICE: {"supported_ip_address_types": ["ipv4", "ipv6"]}},
        finds=("ip-type-dropped",),
    ),
    Scenario(
        "ip-type-added",
        {'supported_ip_address_types = ["ipv4"]': 'supported_ip_address_types = ["ipv4", "ipv6"]'},
    ),
    Scenario(
        "zone-added-to-load-balancer",
        {_OFFERED: _OFFERED.replace('"ap-northeast-2c"', '"ap-northeast-2b", "ap-northeast-2c"')},
        ("service-lacks-zone",),
    ),
    Scenario(
        "zone-added-and-service-modified",
        {
            _OFFERED: _OFFERED.replace('"ap-northeast-2c"', '"ap-northeast-2b", "ap-northeast-2c"'),
            '"us-east-1"]': '"us-east-1", "eu-west-1"]',
        },
    ),
    Scenario(
        "accepter-destroyed",
        {_ACCEPTER: _ACCEPTER.replace("= 1", "= 0")},
        ("accepter-destroyed", "path-broken"),
    ),
    Scenario(
        "accepter-forgotten",
        {
            _ACCEPTER: """removed {
  from = aws_vpc_endpoint_connection_accepter.consumer
  lifecycle {
    destroy = false
  }
}

resource "aws_vpc_endpoint_connection_accepter" "other" {
  count                   = 0"""
        },
    ),
    Scenario(
        "load-balancer-renamed",
        {'"shop"\n  internal ': '"shop-2"\n  internal '},
        ("load-balancer-replaced",),
    ),
    Scenario(
        "load-balancer-made-public",
        {'"shop"\n  internal                   = true': '"shop"\n  internal                   = false'},
        ("load-balancer-replaced",),
    ),
    Scenario(
        "load-balancer-loses-subnet",
        {_OFFERED: 'offered = ["ap-northeast-2a"]'},
        ("load-balancer-replaced",),
    ),
    Scenario(
        "load-balancer-loses-mapping",
        {
            "  subnets                    = [for zone in local.offered : aws_subnet.provider[zone].id]\n": (
                '  subnet_mapping {\n    subnet_id = aws_subnet.provider["ap-northeast-2a"].id\n  }\n'
            )
        },
        ("load-balancer-replaced",),
    ),
    Scenario(
        "load-balancer-gets-first-group",
        {
            '  subnets            = [aws_subnet.provider["ap-northeast-2a"].id]\n}': (
                '  subnets            = [aws_subnet.provider["ap-northeast-2a"].id]\n'
                "  security_groups = [aws_security_group.nlb.id]\n}"
            )
        },
        ("load-balancer-replaced",),
    ),
    Scenario(
        "load-balancer-swaps-groups",
        {_NLB_HAS: "  security_groups = [aws_security_group.nlb.id, aws_security_group.backend.id]\n"},
    ),
    Scenario(
        "load-balancer-group-to-be-made",
        {
            _NLB_HAS: "  security_groups = [aws_security_group.more.id]\n",
            'resource "aws_lb" "shop" {': """resource "aws_security_group" "more" {
  vpc_id = aws_vpc.provider.id
}

resource "aws_lb" "shop" {""",
        },
        # The new group allows no traffic to the targets.
        ("path-broken",),
    ),
    Scenario(
        "load-balancer-groups-by-local",
        {
            _NLB_HAS: "  security_groups = local.groups\n",
            'resource "aws_lb" "shop" {': """locals {
  groups = [aws_security_group.more.id]
}

resource "aws_security_group" "more" {
  vpc_id = aws_vpc.provider.id
}

resource "aws_lb" "shop" {""",
        },
        ("load-balancer-groups-unknown", "path-not-determined"),
    ),
    Scenario(
        "load-balancer-destroyed",
        {
            'resource "aws_lb" "shop" {': 'resource "aws_lb" "other" {',
            "aws_lb.shop.arn": "aws_lb.other.arn",
            '  name                       = "shop"': '  name                       = "other"',
        },
        ("load-balancer-destroyed",),
    ),
    Scenario(
        "load-balancer-groups-left-out",
        {_NLB_HAS: ""},
        ("omitted-value-kept",),
    ),
    Scenario(
        "deletion-protection-off",
        state={NLB: {"enable_deletion_protection": True}},
        finds=("deletion-protection-off",),
    ),
    Scenario(
        "deletion-protection-on",
        {"  enable_deletion_protection = false": "  enable_deletion_protection = true"},
    ),
    Scenario(
        "rules-enforced",
        {
            _ENFORCE: _ENFORCE.replace("off", "on"),
            _FROM_CONSUMERS: _FROM_CONSUMERS.replace("443", "8443"),
        },
        ("enforcement-without-admission", "path-broken"),
    ),
    Scenario(
        "consumers-narrowed",
        {
            _ENFORCE: _ENFORCE.replace("off", "on"),
            _FROM_CONSUMERS: _FROM_CONSUMERS.replace("10.20.0.0/16", "10.20.0.0/24"),
        },
        ("load-balancer-closed-to-consumers",),
        {NLB: {"enforce_security_group_inbound_rules_on_private_link_traffic": "on"}},
    ),
    Scenario(
        "consumers-widened",
        {
            _ENFORCE: _ENFORCE.replace("off", "on"),
            _FROM_CONSUMERS: _FROM_CONSUMERS.replace("10.20.0.0/16", "10.0.0.0/8"),
        },
        state={NLB: {"enforce_security_group_inbound_rules_on_private_link_traffic": "on"}},
    ),
    Scenario("rules-enforced-and-admitting", {_ENFORCE: _ENFORCE.replace("off", "on")}),
    Scenario(
        "listener-port-changed",
        {"  port              = 443\n": "  port              = 8443\n"},
        ("listener-changed", "path-broken"),
    ),
    Scenario(
        "listener-protocol-changed",
        {'443\n  protocol          = "TCP"': '443\n  protocol          = "UDP"'},
        ("listener-changed", "path-broken"),
    ),
    Scenario(
        "listener-destroyed",
        {
            'resource "aws_lb_listener" "https" {\n': 'resource "aws_lb_listener" "https" {\n  count = 0\n',
        },
        ("listener-destroyed", "path-broken"),
    ),
    Scenario(
        "target-group-replaced",
        {"  port     = 8443\n": "  port     = 9443\n"},
        # The targets admit the load balancer on the old port alone.
        ("target-group-replaced", "path-broken"),
    ),
    Scenario("spare-target-group-replaced", {"  port     = 8444\n": "  port     = 9444\n"}),
    Scenario(
        "endpoint-opened-to-everyone",
        {_FROM_VPC: _FROM_VPC.replace("10.20.0.0/16", "0.0.0.0/0")},
        ("endpoint-opened-to-everyone",),
    ),
    Scenario(
        "endpoint-closed-to-clients",
        {_FROM_VPC: _FROM_VPC.replace("10.20.0.0/16", "10.30.0.0/16")},
        ("endpoint-closed-to-clients", "path-broken"),
    ),
    Scenario(
        "targets-closed",
        {
            "  from_port                    = 8443\n  to_port                      = 8443\n": (
                "  from_port                    = 9443\n  to_port                      = 9443\n"
            )
        },
        ("path-broken",),
    ),
    *FURTHER,
    *ALONE,
    *INSPECTION,
)
