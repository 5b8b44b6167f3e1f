"""What AWS fixes: protocols, addresses, quotas, limits of names and of times, states; each fact once.

Imports nothing of this package. The page beside a fact is the one to check it against.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Literal, get_args

# ---- protocols

IpProtocol = Literal["tcp", "udp"]
ListenerProtocol = Literal["TCP", "TLS", "UDP", "TCP_UDP"]
# A listener's protocol, and what security group rules call it:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html
IP_PROTOCOLS: Mapping[str, tuple[IpProtocol, ...]] = {
    "TCP": ("tcp",),
    "TLS": ("tcp",),
    "UDP": ("udp",),
    "TCP_UDP": ("tcp", "udp"),
}
DATAGRAMS = tuple(name for name, ip_protocols in IP_PROTOCOLS.items() if "udp" in ip_protocols)

# What a TLS listener may forward as; every other listener forwards as it listens:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html#target-group-routing-configuration
TlsTargetProtocol = Literal["TCP", "TLS"]

# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html#target-type
TargetType = Literal["instance", "ip", "alb"]

# The IANA numbers that rules may have instead of names:
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
IP_PROTOCOL_NUMBERS: Mapping[str, str] = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}
ALL_IP_PROTOCOLS = "-1"
FIRST_PORT, LAST_PORT = 1, 65535

# ---- health checks, and times of a listener and its target group

# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
HealthCheckProtocol = Literal["TCP", "HTTP", "HTTPS"]
HEALTH_CHECK_INTERVAL_SECONDS = (5, 300)
HEALTH_CHECK_TIMEOUT_SECONDS = (2, 120)
DEFAULT_HEALTH_CHECK_TIMEOUT_SECONDS = 10
HEALTH_CHECK_THRESHOLD = (2, 10)
DEFAULT_HEALTH_CHECK_PATH, DEFAULT_HEALTHY_CODES = "/", "200-399"
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#deregistration-delay
DEREGISTRATION_DELAY_SECONDS = (0, 3600)
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/update-idle-timeout.html
TCP_IDLE_TIMEOUT_SECONDS = (60, 6000)
DEFAULT_TCP_IDLE_TIMEOUT_SECONDS = 350
# Of an interface endpoint, whatever the load balancer's is:
# https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
ENDPOINT_IDLE_TIMEOUT_SECONDS = 350

# ---- networks and addresses

ANYWHERE, ANYWHERE_IPV6 = IPv4Network("0.0.0.0/0"), IPv6Network("::/0")
# Prefix lengths of a VPC and of a subnet: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
LARGEST_NETWORK, SMALLEST_NETWORK = 16, 28
# Ranges that a VPC's CIDR must not be in; same page.
REFUSED_NETWORKS = (
    IPv4Network("0.0.0.0/8"),
    IPv4Network("127.0.0.0/8"),
    IPv4Network("169.254.0.0/16"),
    IPv4Network("224.0.0.0/4"),
)
# Addresses of a subnet that AWS keeps: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
RESERVED_AT_START, RESERVED_AT_END = 4, 1
RESERVED_ADDRESSES = RESERVED_AT_START + RESERVED_AT_END
# Free addresses that a load balancer wants in each of its subnets:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html#availability-zones
FREE_ADDRESSES = 8
# Blocks of addresses that may be targets outside the load balancer's VPC:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html#target-type
TARGETS_OUTSIDE_THE_VPC = (
    IPv4Network("10.0.0.0/8"),
    IPv4Network("100.64.0.0/10"),
    IPv4Network("172.16.0.0/12"),
    IPv4Network("192.168.0.0/16"),
)

IpAddressType = Literal["ipv4", "dualstack", "ipv6"]
AddressFamily = Literal["ipv4", "ipv6"]
# The address types of a service, and what `supported_ip_address_types` has for each:
# https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html
ADDRESS_FAMILIES: Mapping[IpAddressType, tuple[AddressFamily, ...]] = {
    "ipv4": ("ipv4",),
    "dualstack": ("ipv4", "ipv6"),
    "ipv6": ("ipv6",),
}
# The endpoints that a service of each type answers to; same page.
ENDPOINT_TYPES: Mapping[IpAddressType, tuple[IpAddressType, ...]] = {
    "ipv4": ("ipv4",),
    "dualstack": ("ipv4", "dualstack", "ipv6"),
    "ipv6": ("ipv6",),
}
DnsRecordIpType = Literal["ipv4", "dualstack", "ipv6", "service-defined"]
# https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html#aws-services-dns-record-ip-types
DNS_RECORD_IP_TYPES: Mapping[IpAddressType, tuple[DnsRecordIpType, ...]] = {
    "ipv4": ("ipv4", "service-defined"),
    "dualstack": ("dualstack", "ipv4", "ipv6", "service-defined"),
    "ipv6": ("ipv6", "service-defined"),
}

# ---- partitions, Regions and zones


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition of AWS: Regions with accounts, ARNs and DNS names of their own.

    Attributes:
        id: what ARNs call it.
        regions: regular expression of its Region codes.
        dns_suffix: suffix of the DNS names of its services.
        global_region: Region that botocore uses for services without one, such as IAM.
    """

    id: str
    regions: str
    dns_suffix: str
    global_region: str


# As in botocore 1.44.5, data/partitions.json; which Regions there are is AWS's to change:
# https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
PARTITIONS = (
    Partition("aws", "(us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-[0-9]+", "amazonaws.com", "us-east-1"),
    Partition("aws-cn", "cn-[a-z]+-[0-9]+", "amazonaws.com.cn", "cn-northwest-1"),
    Partition("aws-eusc", "eusc-(de)-[a-z]+-[0-9]+", "amazonaws.eu", "eusc-de-east-1"),
    Partition("aws-iso", "us-iso-[a-z]+-[0-9]+", "c2s.ic.gov", "us-iso-east-1"),
    Partition("aws-iso-b", "us-isob-[a-z]+-[0-9]+", "sc2s.sgov.gov", "us-isob-east-1"),
    Partition("aws-iso-e", "eu-isoe-[a-z]+-[0-9]+", "cloud.adc-e.uk", "eu-isoe-west-1"),
    Partition("aws-iso-f", "us-isof-[a-z]+-[0-9]+", "csp.hci.ic.gov", "us-isof-south-1"),
    Partition("aws-us-gov", "us-gov-[a-z]+-[0-9]+", "amazonaws.com", "us-gov-west-1"),
)
# AZ IDs without access across Regions, for services and for endpoints, and the zones that a service with such
# access has at least:
# https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region
WITHOUT_CROSS_REGION = frozenset({"use1-az3", "usw1-az2", "apne1-az3", "apne2-az2", "apne2-az4"})
CROSS_REGION_ZONES = 2

# ---- who may connect, and how connections stand

# The principal that stands for every AWS account:
# https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#add-remove-permissions
EVERYONE = "*"
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpointConnectionNotification.html
ConnectionEvent = Literal["Accept", "Connect", "Delete", "Reject"]
CONNECTION_EVENTS: tuple[ConnectionEvent, ...] = get_args(ConnectionEvent)
# States of an endpoint and of its connection, as the API answers (its reference writes capitals):
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpointConnection.html
PENDING_ACCEPTANCE, PENDING, AVAILABLE, PARTIAL = "pendingAcceptance", "pending", "available", "partial"
REJECTED, FAILED, EXPIRED, DELETING, DELETED = "rejected", "failed", "expired", "deleting", "deleted"
CONNECTION_STATES = (
    *(PENDING_ACCEPTANCE, PENDING, AVAILABLE, PARTIAL),
    *(REJECTED, FAILED, EXPIRED, DELETING, DELETED),
)

# ---- names, texts and tags

# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
LONGEST_LOAD_BALANCER_NAME = 32
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
LONGEST_DNS_LABEL, LONGEST_DNS_NAME = 63, 253
# https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
MOST_TAGS, LONGEST_TAG_KEY, LONGEST_TAG_VALUE = 50, 128, 256
# Characters of an endpoint policy: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
LONGEST_ENDPOINT_POLICY = 20_480
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
LOG_RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545),
    *(731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)

# ---- quotas

# Interface endpoints of a VPC, by default: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
MOST_ENDPOINTS = 50
# Of a network interface, at most: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
MOST_SECURITY_GROUPS = 16
# Rules of a security group in each direction and for each IP version, by default, and with an increased quota
# (1000 at most, divided by the groups of a network interface); and the quota's code in Service Quotas:
# https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
RULES_OF_A_SECURITY_GROUP = 60
MOST_RULES_OF_A_SECURITY_GROUP = 1000
RULES_QUOTA_CODE = "L-0EA8095F"
# Of these, this number stays free before rules are merged, for rules that are added in the same apply.
SPARE_RULES = 10
# Of a Network Load Balancer, and by default in one of its zones, or in all with cross-zone load balancing:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-limits.html
MOST_LISTENERS, MOST_TARGETS_OF_A_ZONE = 50, 500
# Targets of a Network Load Balancer without cross-zone load balancing, and of a target group; same page.
MOST_TARGETS, MOST_TARGETS_OF_A_GROUP = 3000, 1000
# Targets that an Application Load Balancer counts as, also with cross-zone load balancing; same page.
WEIGHT_OF_AN_ALB, WEIGHT_OF_AN_ALB_CROSS_ZONE = 50, 100
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
MOST_ALARM_TOPICS = 5
MOST_ALARM_MINUTES = 24 * 60


def port_title(port: int, ip_protocol: IpProtocol) -> str:
    """Return a port as text, such as `80` or `53/udp`; outputs of stacks have it as a key."""
    return f"{port}/udp" if ip_protocol == "udp" else str(port)
