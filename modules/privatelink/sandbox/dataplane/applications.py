"""Read the Application Load Balancers that are targets of Network Load Balancers from moto's state."""

import ipaddress
from collections.abc import Iterator

from moto.elbv2.models import elbv2_backends

from privatelink.sandbox.application_load_balancers import interfaces_of
from privatelink.sandbox.dataplane import certificates
from privatelink.sandbox.dataplane.world import HttpAction, HttpListener, HttpRule, HttpTarget
from privatelink.sandbox.untyped import Moto


def application_load_balancers(ec2: Moto) -> Iterator[Moto]:
    """Yield the Application Load Balancers of an account and Region."""
    for balancer in elbv2_backends[ec2.account_id][ec2.region_name].load_balancers.values():
        if balancer.type == "application":
            yield balancer


def interfaces(balancer: Moto) -> list[Moto]:
    """Return the network interfaces of an Application Load Balancer."""
    return list(interfaces_of(balancer).values())


def read_listeners(ec2: Moto, balancer: Moto) -> tuple[HttpListener, ...]:
    """Read the listeners of an Application Load Balancer, with their rules in the order of evaluation."""
    return tuple(
        HttpListener(
            port=int(listener.port),
            rules=tuple(read_rule(ec2, rule) for rule in sorted(listener.rules.values(), key=precedence)),
            tls=certificates.read_tls(ec2, listener) if listener.protocol == "HTTPS" else None,
        )
        for listener in sorted(balancer.listeners.values(), key=lambda item: int(item.port))
    )


def precedence(rule: Moto) -> int:
    """Return the priority of a rule; the default rule comes last."""
    return 1 << 30 if rule.is_default else int(rule.priority)


def read_rule(ec2: Moto, rule: Moto) -> HttpRule:
    """Read a rule; conditions other than host and path are ignored."""

    def values(field: str) -> tuple[str, ...]:
        key = "HostHeaderConfig" if field == "host-header" else "PathPatternConfig"
        return tuple(
            value
            for condition in rule.conditions
            if condition.get("Field") == field
            for value in (condition.get("Values") or condition.get(key, {}).get("Values", []))
        )

    return HttpRule(values("host-header"), values("path-pattern"), read_action(ec2, rule.actions[-1]))


def read_action(ec2: Moto, action: Moto) -> HttpAction:
    """Read the last action of a rule, which answers the request."""
    if action.type == "fixed-response":
        config = action.data["FixedResponseConfig"]
        return HttpAction(
            "fixed-response",
            status=int(config["StatusCode"]),
            body=config.get("MessageBody") or "",
            content_type=config.get("ContentType") or "text/plain",
        )
    if action.type == "redirect":
        config = action.data["RedirectConfig"]
        query = config.get("Query", "#{query}")
        path = config.get("Path", "/#{path}") + (f"?{query}" if query else "")
        place = f"{config.get('Host', '#{host}')}:{config.get('Port', '#{port}')}"
        location = f"{config.get('Protocol', '#{protocol}').lower()}://{place}{path}"
        status = int(str(config["StatusCode"]).removeprefix("HTTP_"))
        return HttpAction("redirect", status=status, location=location)
    return HttpAction("forward", targets=tuple(read_targets(ec2, action)))


def read_targets(ec2: Moto, action: Moto) -> Iterator[HttpTarget]:
    """Yield the addresses and ports of the targets of a forward action."""
    backend = elbv2_backends[ec2.account_id][ec2.region_name]
    for arn in backend._get_target_group_arns_from(action_data=action.data):
        group = backend.target_groups.get(arn)
        for item in group.targets.values() if group else ():
            port = int(item["Port"] or group.port)
            if group.target_type == "ip":
                yield HttpTarget(str(ipaddress.ip_address(item["Id"])), port, tls=group.protocol == "HTTPS")
                continue
            instance = ec2.get_instance_by_id(item["Id"])
            if instance is not None and instance.state == "running" and instance.nics:
                address = str(instance.nics[0].private_ip_address)
                yield HttpTarget(address, port, tls=group.protocol == "HTTPS")
