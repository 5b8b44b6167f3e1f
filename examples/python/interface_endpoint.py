"""Connect an existing VPC to an endpoint service."""

from privatelink import ExistingNetwork, InterfaceEndpoint, Peer, Ports, PrivateLinkStack, aws

SUBNETS = {"ap-northeast-2a": "subnet-0a1b2c3d4e5f6002a", "ap-northeast-2c": "subnet-0a1b2c3d4e5f6002c"}

app = aws.App()
stack = PrivateLinkStack(app, "shop-client", region="ap-northeast-2")
network = ExistingNetwork(stack, "network", vpc_id="vpc-0a1b2c3d4e5f60002", subnet_ids=SUBNETS)
endpoint = InterfaceEndpoint(
    stack,
    "endpoint",
    name="shop",
    vpc_id=network.vpc_id,
    service_name="com.amazonaws.vpce.ap-northeast-2.vpce-svc-0f1e2d3c4b5a69788",
    subnet_ids=network.subnet_ids,
    zone_names={zone: network.zone_name(zone) for zone in SUBNETS},
    ports=[Ports.tcp(443)],
    allow_from=[Peer.cidr_ipv4(network.cidr_block, key="vpc")],
)
stack.output("endpoint_dns_names", endpoint.dns_names, "DNS names of the endpoint")
app.synth()
