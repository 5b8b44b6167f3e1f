"""A load balancer of the sandbox, to make listeners on."""

from typing import Any

from tests.support.sandbox_fixtures import Vpc


class Balancer:
    """A load balancer, to make listeners on."""

    def __init__(self, network: Vpc, name: str) -> None:
        self.network, self.name, self.elb = network, name, network.account.elb
        self.arn = network.load_balancer(name)["LoadBalancerArn"]

    def group(self, protocol: str = "TCP", name: str = "", **arguments: Any) -> str:
        name = name or f"{self.name}-{protocol.lower().replace('_', '-')}"
        arguments = {"VpcId": self.network.id, "Port": 80} | arguments
        made = self.elb.create_target_group(Name=name, Protocol=protocol, **arguments)
        return str(made["TargetGroups"][0]["TargetGroupArn"])

    def listener(self, group: str, protocol: str = "TCP", port: int = 80, **arguments: Any) -> dict[str, Any]:
        made = self.elb.create_listener(
            LoadBalancerArn=self.arn,
            Protocol=protocol,
            Port=port,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
            **arguments,
        )
        return made["Listeners"][0]  # type: ignore[no-any-return]

    def attributes(self, listener: dict[str, Any], **values: str) -> dict[str, str]:
        if values:
            self.elb.modify_listener_attributes(
                ListenerArn=listener["ListenerArn"],
                Attributes=[{"Key": k.replace("__", "."), "Value": v} for k, v in values.items()],
            )
        found = self.elb.describe_listener_attributes(ListenerArn=listener["ListenerArn"])["Attributes"]
        return {item["Key"]: item["Value"] for item in found}
