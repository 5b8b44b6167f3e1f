"""The rules that constructs check: in Python when they are created, in Terraform by conditions and checks.

The messages of Terraform reach the users of topology files, of Python and of Terraform modules. So they name
a setting as Terraform does, never with a value, and otherwise use AWS's words. A rule that a topology has as
well is the topology's, with parameters of its own.
"""

from privatelink.facts import AVAILABLE, FREE_ADDRESSES
from privatelink.rule import Field, Rule, Setting
from privatelink.topology.rules import between, consumer, load_balancer, service, targets

_ENDPOINT_SERVICES = (
    "https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html"
    "#considerations-endpoint-services"
)
_LOAD_BALANCER_ZONES = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html"
    "#availability-zones"
)
_PRIVATE_DNS = "https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html"

# ---- checked in Python

CONSTRUCT_ID = Rule(
    "construct-id",
    what="construct ID that cannot be part of a Terraform address",
    allowed="letters, digits and hyphens, with a letter first",
    fix="choose another ID",
    why="A resource has the address of its construct's ID. An underscore separates two IDs, so an ID cannot "
    "contain one.",
    page="https://developer.hashicorp.com/terraform/language/syntax/configuration#identifiers",
)
PEER_KEY = Rule(
    "peer-key",
    what="key of a peer that cannot be part of a Terraform address",
    allowed="letters, digits and hyphens",
    fix="set {.key}, a name that stays the same when the value changes",
    why="A security group rule has the address of its peer's key. A value that only Terraform knows cannot "
    "be part of an address.",
    page="https://developer.hashicorp.com/terraform/language/syntax/configuration#identifiers",
)
OPEN_TO_EVERYONE = service.PUBLIC.with_fixed(acceptance=Setting("acceptance_required", "true"))
ELASTIC_IPS_INTERNAL = load_balancer.ELASTIC_IPS_INTERNAL.with_fixed(
    elastic_ips=Field("allocation_ids"), internet_facing=Setting("internal", "false")
)

# ---- checked by Terraform: networks

OTHER_VPC = Rule(
    "vpc-mismatch",
    what="{resource} in another VPC, {found}",
    allowed="one in {vpc}",
    fix="choose one in that VPC, or correct {.vpc_id}",
    why="A load balancer, its targets and an endpoint use subnets and security groups of one VPC.",
    page="https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html",
)
OTHER_ZONE = Rule(
    "subnet-zone-mismatch",
    what="subnet in another zone, {found}",
    allowed="a subnet in {zone}",
    fix="correct {.subnet_ids}",
    why="A load balancer and an endpoint have one subnet in each of their zones.",
    page="https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html",
)
SUBNET_FULL = Rule(
    "subnet-free-addresses",
    what="subnet with {free} free addresses",
    allowed="",
    fix=f"use a subnet with {FREE_ADDRESSES} free addresses",
    why=f"AWS creates a load balancer only in subnets with at least {FREE_ADDRESSES} free addresses.",
    page=_LOAD_BALANCER_ZONES,
    severity="warning",
)

# ---- checked by Terraform: load balancers and targets

LOAD_BALANCER_TYPE = Rule(
    "load-balancer-type",
    what="load balancer of type {found}",
    allowed="type {type}",
    fix="use the ARN of a load balancer of this type",
    why="An endpoint service needs a Network Load Balancer; a target group of type alb needs an Application "
    "Load Balancer.",
    page=_ENDPOINT_SERVICES,
)
LISTENER_PROTOCOL = Rule(
    "listener-protocol",
    what="listener of port {port} with protocol {found}",
    allowed="protocol {protocol}",
    fix="correct {.listeners}, or the listener of the load balancer",
    why="An endpoint is connected to any one of a service's load balancers, so all must have the same "
    "listeners.",
    page=_ENDPOINT_SERVICES,
)
CROSS_REGION_ONE_ZONE = service.CROSS_REGION_ONE_ZONE
ONE_ZONE = Rule(
    "nlb-one-zone",
    what="load balancer in one zone: the service fails when the zone fails",
    allowed="",
    fix="enable a second zone of the load balancer",
    why="AWS recommends at least two Availability Zones for a load balancer and for an endpoint service.",
    page=_LOAD_BALANCER_ZONES,
    severity="warning",
)
PRIVATE_LINK_FILTERED = Rule(
    "nlb-filters-private-link",
    what="load balancer that applies its security groups to PrivateLink traffic",
    allowed="",
    fix="allow the private addresses of every consumer there, or turn off inbound rules on PrivateLink "
    "traffic",
    why="PrivateLink traffic arrives from the consumers' private addresses, and rules that do not allow them "
    "refuse it.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html",
    severity="warning",
)
TARGET_ZONE = targets.TARGET_ZONE.with_fixed(
    target="an instance in that zone", cross_zone=Field("enable_cross_zone_load_balancing")
)

# ---- checked by Terraform: endpoint services

CROSS_REGION_ZONE = service.CROSS_REGION_ZONE
PRIVATE_DNS_NAME_LEFT = Rule(
    "private-dns-name-left",
    what="private DNS name that the configuration no longer has",
    allowed="",
    fix="run `aws ec2 modify-vpc-endpoint-service-configuration --remove-private-dns-name "
    "--service-id {service_id}`",
    why="Terraform cannot remove the private DNS name of an endpoint service.",
    page="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/"
    "API_ModifyVpcEndpointServiceConfiguration.html",
    severity="warning",
)
VERIFICATION_ZONE_PRIVATE = Rule(
    "verification-zone-private",
    what="private hosted zone for the TXT record that verifies {name}",
    allowed="a public hosted zone",
    fix="use the public hosted zone of the domain",
    why="AWS looks up the TXT record in public DNS.",
    page=_PRIVATE_DNS,
)

# ---- checked by Terraform: endpoints and their names

POLICY_UNSUPPORTED = Rule(
    "endpoint-policy-unsupported",
    what="endpoint policy for a service without support for it",
    allowed="no endpoint policy",
    fix="remove {.policy}, and restrict the clients with security groups",
    why="Only some AWS services support endpoint policies; an endpoint service of a customer does not.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
)
PRIVATE_DNS_NAME_MISSING = consumer.PRIVATE_DNS_NAME_MISSING.with_fixed(name=Field("private_dns_name"))
ZONE_UNSERVED = between.ZONE_UNSERVED
ENDPOINT_PENDING = Rule(
    "endpoint-not-available",
    what="endpoint without traffic, in state {state}",
    allowed="",
    fix="have {acceptor} accept the connection",
    why=f"An endpoint carries traffic in state {AVAILABLE} only; Terraform counts pendingAcceptance as "
    "success.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html",
    severity="warning",
)
PRIVATE_DNS_BEFORE_ACCEPTANCE = Rule(
    "private-dns-connection-state",
    what="private DNS of an endpoint in state {state}",
    allowed=f"state {AVAILABLE}",
    fix="have the owner of the service accept the connection, then apply again",
    why="AWS allows private DNS only after the connection is accepted.",
    page=_PRIVATE_DNS,
)
VPC_DNS = Rule(
    "vpc-dns-attributes",
    what="private DNS in a VPC without DNS support or DNS hostnames",
    allowed="{.enable_dns_support} and {.enable_dns_hostnames} both on",
    fix="turn on both for the VPC, then apply again",
    why="Private DNS names resolve only in a VPC with both DNS attributes.",
    page=_PRIVATE_DNS,
)
HOSTED_ZONE_PUBLIC = Rule(
    "hosted-zone-public",
    what="public hosted zone for the addresses of an endpoint",
    allowed="a private hosted zone",
    fix="use a private hosted zone that is associated with the VPC",
    why="The addresses of an endpoint are private, and mean nothing outside its VPC.",
    page="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-private.html",
)
NAME_OUTSIDE_THE_ZONE = consumer.NAME_OUTSIDE_THE_ZONE

ARGUMENTS = (CONSTRUCT_ID, PEER_KEY, OPEN_TO_EVERYONE, ELASTIC_IPS_INTERNAL)
"""Checked in Python."""
CONDITIONS = (
    OTHER_VPC,
    OTHER_ZONE,
    SUBNET_FULL,
    LOAD_BALANCER_TYPE,
    LISTENER_PROTOCOL,
    CROSS_REGION_ONE_ZONE,
    ONE_ZONE,
    PRIVATE_LINK_FILTERED,
    TARGET_ZONE,
    CROSS_REGION_ZONE,
    PRIVATE_DNS_NAME_LEFT,
    VERIFICATION_ZONE_PRIVATE,
    POLICY_UNSUPPORTED,
    PRIVATE_DNS_NAME_MISSING,
    ZONE_UNSERVED,
    ENDPOINT_PENDING,
    PRIVATE_DNS_BEFORE_ACCEPTANCE,
    VPC_DNS,
    HOSTED_ZONE_PUBLIC,
    NAME_OUTSIDE_THE_ZONE,
)
"""Checked by Terraform."""
