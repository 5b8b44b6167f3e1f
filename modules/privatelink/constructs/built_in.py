"""What no topology and no argument can break, as the constructs always write it right.

Each is shown by tests that are marked with its ID; docs/rules.md lists them.
"""

from dataclasses import dataclass

_ENDPOINT_SERVICES = "https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html"
_PRIVATE_DNS = "https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html"
_SECURITY_GROUPS = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html"
)
_TARGET_GROUPS = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-register-targets.html"
)


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A rule that generated Terraform always keeps.

    Arguments:
        id: its name, as with `Rule`.
        what: what cannot happen; lower case, no full stop.
        why: the reason, in one or two sentences.
        page: where AWS or Terraform documents it.
    """

    id: str
    what: str
    why: str
    page: str


RULES = (
    BuiltIn(
        "nlb-security-group",
        what="load balancer without a security group",
        why="A security group can be attached to a Network Load Balancer only if it was created with one.",
        page=_SECURITY_GROUPS,
    ),
    BuiltIn(
        "nlb-enforcement-written",
        what="load balancer with AWS's default for inbound rules on PrivateLink traffic",
        why="The default of AWS is on, and the rules then see the private addresses of the consumers.",
        page=_SECURITY_GROUPS,
    ),
    BuiltIn(
        "nlb-private-address",
        what="fixed private address of a load balancer",
        why="Only an internal load balancer takes one, and no field sets it.",
        page="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/"
        "create-network-load-balancer.html",
    ),
    BuiltIn(
        "nlb-same-listeners",
        what="load balancers of one service with different listeners",
        why="An endpoint is connected to any one of a service's load balancers, so all must have the same "
        "listeners.",
        page="https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html"
        "#considerations-endpoint-services",
    ),
    BuiltIn(
        "target-egress",
        what="load balancer that cannot reach its targets, on the port of traffic or of health checks",
        why="The outbound rules of the load balancer's security group must allow both.",
        page=_SECURITY_GROUPS,
    ),
    BuiltIn(
        "target-ingress",
        what="targets of a known security group that refuse the load balancer",
        why="PrivateLink traffic reaches the targets from the private addresses of the load balancer.",
        page=f"{_TARGET_GROUPS}#target-security-groups",
    ),
    BuiltIn(
        "client-ip-preservation-written",
        what="target group that leaves client IP preservation to a default",
        why="The default differs by protocol and target type; for PrivateLink traffic it has no effect.",
        page="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/"
        "edit-target-group-attributes.html#client-ip-preservation",
    ),
    BuiltIn(
        "service-principals-separate",
        what="allowed principals in the endpoint service itself",
        why="Principals listed there and as resources of their own replace each other in every plan.",
        page="https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/"
        "vpc_endpoint_service_allowed_principal",
    ),
    BuiltIn(
        "service-own-region",
        what="supported Regions of a service without its own Region",
        why="AWS wants the service's own Region in the list of supported Regions.",
        page=f"{_ENDPOINT_SERVICES}#manage-supported-regions",
    ),
    BuiltIn(
        "service-address-types",
        what="service, load balancer and target groups with IP address types that do not agree",
        why="A service supports IPv6 only behind dualstack load balancers.",
        page=f"{_ENDPOINT_SERVICES}#supported-ip-address-types",
    ),
    BuiltIn(
        "service-destroyed-last",
        what="endpoint service that Terraform destroys before the endpoints of its consumers",
        why="AWS refuses to delete a service that has endpoints.",
        page="https://docs.aws.amazon.com/vpc/latest/privatelink/delete-endpoint-service.html",
    ),
    BuiltIn(
        "private-dns-record-copied",
        what="TXT record of a private DNS name that is typed by hand, or verified before it exists",
        why="AWS compares the record with the value that it generated, and gives up after some time.",
        page=_PRIVATE_DNS,
    ),
    BuiltIn(
        "notification-topic-policy",
        what="SNS topic of notifications that refuses PrivateLink, or accepts other services",
        why="AWS publishes as vpce.amazonaws.com; the policy allows it for this service of this account.",
        page="https://docs.aws.amazon.com/vpc/latest/privatelink/create-notification-endpoint-service.html",
    ),
    BuiltIn(
        "endpoint-type-written",
        what="endpoint without a type",
        why="The provider's default is Gateway; PrivateLink needs Interface.",
        page="https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc_endpoint",
    ),
    BuiltIn(
        "endpoint-ingress",
        what="security group of an endpoint that allows other clients or other ports than those listed",
        why="The security group of an endpoint decides who can use the service from its VPC.",
        page="https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html",
    ),
    BuiltIn(
        "endpoint-policy-written",
        what="endpoint that keeps a removed policy, or has one that its service does not support",
        why="The provider keeps a policy that is left out; an endpoint service of a customer supports none.",
        page="https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
    ),
    BuiltIn(
        "endpoint-no-auto-accept",
        what="endpoint that accepts its own connection",
        why="It works only within one account, and hides who accepts a connection.",
        page="https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc_endpoint",
    ),
    BuiltIn(
        "private-dns-after-acceptance",
        what="endpoint with private DNS from its creation, while its connection is not accepted",
        why="AWS allows private DNS only after the connection is accepted; a stack of its own turns it on.",
        page=_PRIVATE_DNS,
    ),
    BuiltIn(
        "vpc-created-with-dns",
        what="VPC without DNS support or DNS hostnames",
        why="Private DNS names resolve only in a VPC with both DNS attributes.",
        page="https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html",
    ),
    BuiltIn(
        "accepter-credentials",
        what="accepter of connections with the credentials of a consumer",
        why="The connection is accepted in the account of the service.",
        page=f"{_ENDPOINT_SERVICES}#accept-reject-connection-requests",
    ),
    BuiltIn(
        "accepter-acceptance-required",
        what="accepter of a service that does not require acceptance",
        why="AWS refuses to accept a connection that needs no acceptance.",
        page=f"{_ENDPOINT_SERVICES}#accept-reject-connection-requests",
    ),
)
