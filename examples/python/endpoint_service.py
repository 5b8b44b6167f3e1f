"""Offer an existing Network Load Balancer as an endpoint service."""

from privatelink import EndpointService, ExistingLoadBalancer, Listener, PrivateLinkStack, aws

ARN = "arn:aws:elasticloadbalancing:ap-northeast-2:111122223333:loadbalancer/net/front/0a1b2c3d4e5f6789"

app = aws.App()
stack = PrivateLinkStack(app, "shop-service", region="ap-northeast-2")
front = ExistingLoadBalancer(stack, "front", arn=ARN, listeners=[Listener(port=443)])
service = EndpointService(
    stack,
    "service",
    name="shop",
    network_load_balancer_arns=[front.arn],
    allowed_principals=["arn:aws:iam::444455556666:root"],
)
stack.output("service_name", service.service_name, "Name of the endpoint service")
app.synth()
