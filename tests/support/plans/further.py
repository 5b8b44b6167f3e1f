"""More plans of tests/data/plans: edits of the configuration in further/, a dangerous one beside its twin."""

from tests.support.plans.scenario import Scenario

_FURTHER = "further"
_ENDPOINT_INGRESS = '    cidr_blocks = ["10.20.0.0/16"]\n  }\n}\n\nresource "aws_vpc_endpoint" "shop"'
_ATTACHMENT = 'resource "aws_lb_target_group_attachment" "backend" {\n  count            = 2\n'
_TARGETS = "  target_id        = [aws_instance.first.id, aws_instance.second.id][count.index]\n"
_BY_NAME = 'resource "aws_lb_target_group_attachment" "backend" {\n  for_each         = ' + (
    "{ first = aws_instance.first.id, second = aws_instance.second.id }\n"
)
_MOVED = "".join(
    f"""moved {{
  from = aws_lb_target_group_attachment.backend[{number}]
  to   = aws_lb_target_group_attachment.backend["{key}"]
}}

"""
    for number, key in enumerate(("first", "second"))
)
_FIRST = 'resource "aws_instance" "first" {\n  ami                    = "ami-12c6146b"\n'
_SECOND = _FIRST.replace("first", "second")
_PRINCIPALS = '  allowed_principals         = ["arn:aws:iam::123456789012:root"]\n'
_POLICY = 'Effect = "Allow", Principal = "*", Action = "*", Resource = "*"'
_RECORD = "  records = [aws_vpc_endpoint.shop.dns_entry[0].dns_name]\n"
_ASSOCIATION = """resource "aws_route53_zone_association" "spoke" {
  zone_id = aws_route53_zone.corp.zone_id
  vpc_id  = aws_vpc.spoke.id
}
"""
_RULE_ASSOCIATION = 'resource "aws_route53_resolver_rule_association" "spoke" {\n'
_SERVERS = '  domain_name_servers = ["AmazonProvidedDNS"]\n'
_TLS_POLICY = '  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"\n'
_NAMES = '  subject_alternative_names = ["api.shop.example"]\n'
_TARGET_GROUP = '  name     = "https"\n'
_CLIENT_SUBNETS = '  cidr_block        = "10.20.${count.index}.0/24"\n'

_ENDPOINT_SUBNETS = "  subnet_ids         = aws_subnet.clients[*].id\n"
_GROUP_NAME = '  name   = "endpoint"\n'
_SSM = """  vpc_endpoint_type  = "Interface"
  service_name       = "com.amazonaws.ap-northeast-2.ssm"
  subnet_ids         = [aws_subnet.clients[0].id]
  security_group_ids = [aws_security_group.endpoint.id]
"""
_GATEWAY_NAME = "com.amazonaws.vpce.ap-northeast-2.vpce-svc-0123456789abcdef0"
_GATEWAY_STATE = {
    "aws_vpc_endpoint.ssm": {
        "vpc_endpoint_type": "GatewayLoadBalancer",
        "service_name": _GATEWAY_NAME,
        "security_group_ids": [],
    }
}


def _fixed(address: str) -> str:
    return f"""  dynamic "subnet_configuration" {{
    for_each = aws_subnet.clients[*].id
    content {{
      ipv4      = "{address}"
      subnet_id = subnet_configuration.value
    }}
  }}
"""


def _gateway(service: str) -> str:
    name = _GATEWAY_NAME.replace("vpce-svc-0123456789abcdef0", service)
    return f"""  vpc_endpoint_type = "GatewayLoadBalancer"
  service_name      = "{name}"
  subnet_ids        = [aws_subnet.clients[0].id]
"""


def _scenario(name: str, edits: dict[str, str], *finds: str) -> Scenario:
    return Scenario(name, edits, finds, base=_FURTHER)


FURTHER = (
    # Sources: narrowed, or the same written in another way.
    _scenario(
        "endpoint-rule-narrowed",
        {_ENDPOINT_INGRESS: _ENDPOINT_INGRESS.replace("10.20.0.0/16", "10.20.0.0/24")},
        "endpoint-closed-to-clients",
    ),
    _scenario(
        "endpoint-rule-split",
        {_ENDPOINT_INGRESS: _ENDPOINT_INGRESS.replace("10.20.0.0/16", '10.20.0.0/17", "10.20.128.0/17')},
    ),
    _scenario(
        "endpoint-rule-by-smaller-prefix-list",
        {
            _ENDPOINT_INGRESS: """    prefix_list_ids = [aws_ec2_managed_prefix_list.clients.id]
  }
}

resource "aws_ec2_managed_prefix_list" "clients" {
  name           = "clients"
  address_family = "IPv4"
  max_entries    = 1
  entry {
    cidr = "10.20.0.0/24"
  }
}

resource "aws_vpc_endpoint" "shop\""""
        },
        "endpoint-closed-to-clients",
    ),
    _scenario(
        "endpoint-rule-by-prefix-list",
        {
            _ENDPOINT_INGRESS: """    prefix_list_ids = [aws_ec2_managed_prefix_list.clients.id]
  }
}

resource "aws_ec2_managed_prefix_list" "clients" {
  name           = "clients"
  address_family = "IPv4"
  max_entries    = 1
  entry {
    cidr = "10.20.0.0/16"
  }
}

resource "aws_vpc_endpoint" "shop\""""
        },
    ),
    _scenario(
        "inline-and-separate-rules",
        {
            _ENDPOINT_INGRESS: _ENDPOINT_INGRESS.replace(
                'resource "aws_vpc_endpoint" "shop"',
                """resource "aws_vpc_security_group_ingress_rule" "more" {
  security_group_id = aws_security_group.endpoint.id
  cidr_ipv4         = "10.21.0.0/16"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_endpoint" "shop\"""",
            )
        },
        "inline-and-separate-rules",
    ),
    # Addresses of resources.
    _scenario(
        "attachments-by-key",
        {
            _ATTACHMENT: _BY_NAME,
            _TARGETS: "  target_id        = each.value\n",
        },
        "renamed-without-moved",
    ),
    _scenario(
        "attachments-by-key-and-moved",
        {
            _ATTACHMENT: _MOVED + _BY_NAME,
            _TARGETS: "  target_id        = each.value\n",
        },
    ),
    # Targets.
    _scenario(
        "all-targets-replaced",
        {
            _FIRST: _FIRST.replace("12c6146b", "03cf127a"),
            _SECOND: _SECOND.replace("12c6146b", "03cf127a"),
        },
        "path-not-determined",
        "targets-down-at-once",
    ),
    _scenario("one-target-replaced", {_FIRST: _FIRST.replace("12c6146b", "03cf127a")}),
    _scenario(
        "all-targets-restarted",
        {
            _FIRST + '  instance_type          = "t3.micro"': _FIRST
            + '  instance_type          = "t3.small"',
            _SECOND + '  instance_type          = "t3.micro"': _SECOND
            + '  instance_type          = "t3.small"',
        },
        "targets-down-at-once",
    ),
    # Names.
    _scenario("record-pointed-elsewhere", {_RECORD: '  records = ["old.corp.example"]\n'}, "dns-record-lost"),
    _scenario("record-of-another-endpoint-name", {_RECORD: _RECORD.replace("dns_entry[0]", "dns_entry[1]")}),
    _scenario("zone-association-destroyed", {_ASSOCIATION: ""}, "hosted-zone-left-vpc"),
    _scenario(
        "zone-association-moved",
        {
            _ASSOCIATION: _ASSOCIATION.replace('"spoke"', '"other"')
            + "\nmoved {\n  from = aws_route53_zone_association.spoke\n"
            "  to   = aws_route53_zone_association.other\n}\n"
        },
    ),
    _scenario(
        "resolver-rule-association-destroyed",
        {_RULE_ASSOCIATION: _RULE_ASSOCIATION + "  count            = 0\n"},
        "resolver-rule-lost",
    ),
    _scenario(
        "resolver-rule-renamed",
        {"  rule_type            = ": '  name = "corp"\n  rule_type            = '},
    ),
    _scenario(
        "other-dns-servers",
        {_SERVERS: '  domain_name_servers = ["10.20.0.53"]\n'},
        "vpc-resolver-changed",
    ),
    _scenario("ntp-servers-added", {_SERVERS: _SERVERS + '  ntp_servers = ["169.254.169.123"]\n'}),
    # What clients and targets speak.
    _scenario("tls-policy-narrowed", {_TLS_POLICY: _TLS_POLICY.replace("1-2", "1-3")}, "tls-policy-narrowed"),
    _scenario("tls-policy-widened", {_TLS_POLICY: _TLS_POLICY.replace("1-2", "1-0")}),
    _scenario(
        "certificate-without-name",
        {
            "  certificate_arn   = aws_acm_certificate.shop.arn\n": (
                "  certificate_arn   = aws_acm_certificate.other.arn\n"
            ),
            'resource "aws_acm_certificate" "shop" {': """resource "aws_acm_certificate" "other" {
  domain_name       = "shop.example"
  validation_method = "DNS"
}

resource "aws_acm_certificate" "shop" {""",
        },
        "certificate-names-lost",
    ),
    _scenario(
        "certificate-with-wildcard",
        {
            "  certificate_arn   = aws_acm_certificate.shop.arn\n": (
                "  certificate_arn   = aws_acm_certificate.other.arn\n"
            ),
            'resource "aws_acm_certificate" "shop" {': """resource "aws_acm_certificate" "other" {
  domain_name               = "shop.example"
  subject_alternative_names = ["*.shop.example"]
  validation_method         = "DNS"
}

resource "aws_acm_certificate" "shop" {""",
        },
    ),
    _scenario("alpn-narrowed", {'"HTTP2Optional"': '"HTTP2Only"'}, "alpn-narrowed"),
    _scenario("alpn-preference", {'"HTTP2Optional"': '"HTTP2Preferred"'}),
    _scenario(
        "proxy-protocol-on",
        {_TARGET_GROUP: _TARGET_GROUP + "  proxy_protocol_v2 = true\n"},
        "proxy-protocol-changed",
    ),
    _scenario("deregistration-delay", {_TARGET_GROUP: _TARGET_GROUP + "  deregistration_delay = 60\n"}),
    # Security groups.
    _scenario(
        "endpoint-group-replaced",
        {_GROUP_NAME: '  name   = "clients"\n'},
        "security-group-in-use-destroyed",
        "resolver-rule-lost",
    ),
    # The outbound endpoint of the resolver is replaced with its group.
    _scenario(
        "endpoint-group-replaced-after-creation",
        {_GROUP_NAME: '  name   = "clients"\n  lifecycle {\n    create_before_destroy = true\n  }\n'},
        "resolver-rule-lost",
    ),
    # Addresses of an endpoint.
    _scenario(
        "endpoint-address-fixed-elsewhere",
        {_ENDPOINT_SUBNETS: _ENDPOINT_SUBNETS + _fixed("10.20.${subnet_configuration.key}.50")},
        "endpoint-address-changed",
    ),
    _scenario("endpoint-tagged", {_ENDPOINT_SUBNETS: _ENDPOINT_SUBNETS + '  tags = { Name = "shop" }\n'}),
    # Policies and principals.
    _scenario(
        "endpoint-policy-narrowed",
        {_POLICY: _POLICY.replace('Action = "*"', 'Action = "ssm:GetParameter"')},
        "endpoint-policy-narrowed",
    ),
    _scenario(
        "endpoint-policy-same",
        {_POLICY: _POLICY.replace('Action = "*"', 'Action = ["*"]')},
    ),
    _scenario("principals-omitted", {_PRINCIPALS: ""}, "omitted-value-kept"),
    _scenario(
        "principals-by-resource",
        {
            _PRINCIPALS: "",
            'resource "aws_vpc" "clients" {': """resource "aws_vpc_endpoint_service_allowed_principal" "one" {
  vpc_endpoint_service_id = aws_vpc_endpoint_service.shop.id
  principal_arn           = "arn:aws:iam::123456789012:root"
}

resource "aws_vpc" "clients" {""",
        },
    ),
    # Endpoints of Gateway Load Balancers, which the local AWS does not have.
    Scenario(
        "gateway-endpoint-replaced",
        {_SSM: _gateway("vpce-svc-0123456789abcdef1")},
        ("gateway-endpoint-replaced",),
        _GATEWAY_STATE,
        base=_FURTHER,
    ),
    Scenario(
        "gateway-endpoint-tagged",
        {_SSM: _gateway("vpce-svc-0123456789abcdef0") + '  tags = { Name = "inspection" }\n'},
        state=_GATEWAY_STATE,
        base=_FURTHER,
    ),
    Scenario(
        "gateway-endpoint-destroyed",
        {_SSM: _gateway("vpce-svc-0123456789abcdef0") + "  count = 0\n"},
        ("gateway-endpoint-destroyed",),
        _GATEWAY_STATE,
        base=_FURTHER,
    ),
    # Subnets.
    _scenario(
        "client-subnets-replaced",
        {_CLIENT_SUBNETS: _CLIENT_SUBNETS.replace("10.20.${", "10.20.1${")},
        "subnet-in-use-destroyed",
    ),
    _scenario(
        "client-subnets-replaced-after-creation",
        {
            _CLIENT_SUBNETS: _CLIENT_SUBNETS.replace("10.20.${", "10.20.1${")
            + "  lifecycle {\n    create_before_destroy = true\n  }\n"
        },
        # AWS does not document whether it takes two subnets of a zone in one request.
        "several-applies-needed",
    ),
)
