"""Listeners of a Network Load Balancer: protocols, certificates, ALPN and the idle timeout.

https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html
A Gateway Load Balancer has one listener, of all packets: it has no port and no protocol.
https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/gateway-listeners.html
moto handles those of Application Load Balancers.
"""

from collections.abc import Iterator
from typing import TypedDict

from moto.core.responses import ActionResult
from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend, FakeAction
from moto.elbv2.responses import ELBV2Response
from moto.elbv2.ssl_policies import SSL_POLICIES

from privatelink.sandbox.untyped import Moto

GROUP_PROTOCOLS = {
    "TCP": ("TCP", "TCP_UDP"),
    "TLS": ("TCP", "TLS"),
    "UDP": ("UDP", "TCP_UDP"),
    "TCP_UDP": ("TCP_UDP",),
}
"""The protocols of target groups, by the protocol of the listener:
https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html#target-group-routing-configuration"""

ALPN_POLICIES = ("HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred", "None")
GENEVE = "GENEVE"
"""The protocol of the target groups of a Gateway Load Balancer."""
IDLE_TIMEOUT, IDLE_TIMEOUT_SECONDS = "tcp.idle_timeout.seconds", range(60, 6001)
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/network/update-idle-timeout.html"""


class Certificate(TypedDict):
    """A certificate in a request."""

    CertificateArn: str


class Changes(TypedDict, total=False):
    """The parameters of `ModifyListener`."""

    Port: int
    Protocol: str
    DefaultActions: list[dict[str, object]]
    Certificates: list[Certificate]
    AlpnPolicy: list[str]
    SslPolicy: str


def check_port(balancer: Moto, port: int, but: Moto = None) -> None:
    """Check that no other listener of the load balancer has the port, with any protocol."""
    if any(int(other.port) == int(port) for other in balancer.listeners.values() if other is not but):
        raise ELBClientError(
            "DuplicateListener",
            f"A listener already exists on this port for this load balancer '{balancer.arn}'",
        )


def groups_of(backend: Moto, actions: list[FakeAction]) -> Iterator[Moto]:
    """Yield the target groups of forward actions."""
    for action in actions:
        if action.type == "forward":
            for arn in backend._get_target_group_arns_from(action_data=action.data):
                if group := backend.target_groups.get(arn):
                    yield group


def check_only(balancer: Moto, port: int | None, protocol: str | None, but: Moto = None) -> None:
    """Check that a listener of a Gateway Load Balancer is its only one, without port and protocol."""
    for name, value in (("port", port), ("protocol", protocol)):
        if value is not None:
            raise ELBClientError(
                "ValidationError",
                f"A listener {name} cannot be specified for load balancers with type 'gateway'",
            )
    if any(other is not but for other in balancer.listeners.values()):
        raise ELBClientError(
            "DuplicateListener", f"A listener already exists for this load balancer '{balancer.arn}'"
        )


def check_groups(backend: Moto, balancer: Moto, protocol: str | None, actions: list[FakeAction]) -> None:
    """Check that the target groups match the listener's protocol and belong to no other load balancer."""
    for group in groups_of(backend, actions):
        wanted = GROUP_PROTOCOLS[protocol] if protocol else (GENEVE,)
        if group.target_type == "alb":
            wanted = ("TCP",)
        if group.protocol not in wanted or (group.target_type == "alb" and protocol != "TCP"):
            raise ELBClientError(
                "IncompatibleProtocols",
                f"The listener and the following target groups have incompatible protocols: '{group.arn}'",
            )
        if any(arn != balancer.arn for arn in group.load_balancer_arns):
            raise ELBClientError(
                "TargetGroupAssociationLimit",
                "The following target groups cannot be associated with more than one load balancer: "
                f"{group.arn}",
            )


def check_tls(
    backend: Moto, protocol: str, certificate: str | None, alpn: list[str], policy: str | None
) -> None:
    """Check that a TLS listener has an existing certificate, and any other none and no ALPN policy."""
    if protocol != "TLS":
        if certificate:
            raise ELBClientError(
                "ValidationError", f"A certificate cannot be specified for {protocol} listeners"
            )
        if alpn:
            raise ELBClientError(
                "InvalidConfigurationRequest", f"ALPN policy is not supported for {protocol} listeners"
            )
        return
    if not certificate:
        raise ELBClientError("ValidationError", "A certificate must be specified for TLS listeners")
    if not backend._certificate_exists(certificate_arn=certificate):
        raise ELBClientError("CertificateNotFound", f"Certificate '{certificate}' not found")
    if policy not in SSL_POLICIES:
        raise ELBClientError("SSLPolicyNotFound", f"SSL policy '{policy}' not found")
    for name in alpn:
        if name not in ALPN_POLICIES:
            raise ELBClientError("ALPNPolicyNotFound", f"ALPN policy '{name}' is not supported")


def check_attributes(listener: Moto, attributes: dict[str, str]) -> None:
    """Check the only attribute: the idle timeout of a TCP listener, within AWS's range."""
    for key, value in attributes.items():
        if key != IDLE_TIMEOUT:
            raise ELBClientError(
                "InvalidConfigurationRequest", f"Listener attribute key '{key}' is not recognized"
            )
        if listener.protocol not in ("TCP", None):
            raise ELBClientError(
                "InvalidConfigurationRequest",
                f"Listener attribute '{key}' is not supported for {listener.protocol} listeners",
            )
        bounds = IDLE_TIMEOUT_SECONDS
        if not value.isdigit() or int(value) not in bounds:
            raise ELBClientError(
                "ValidationError",
                f"'{key}' value '{value}' must be between '{bounds[0]}-{bounds[-1]}' inclusive",
            )


def release_groups(backend: Moto, load_balancer_arn: str) -> None:
    """Detach target groups from a load balancer whose listeners no longer use them."""
    balancer = backend.load_balancers.get(load_balancer_arn)
    still_used = {
        group.arn
        for listener in (balancer.listeners.values() if balancer else ())
        for group in groups_of(backend, listener.default_actions)
    }
    for group in backend.target_groups.values():
        # moto never detaches them.
        if group.arn not in still_used and load_balancer_arn in group.load_balancer_arns:
            group.load_balancer_arns.remove(load_balancer_arn)


def modify(backend: Moto, balancer: Moto, listener: Moto, changes: Changes) -> None:
    """Modify a listener of a Network Load Balancer; an error leaves it unchanged."""
    port, protocol = changes.get("Port", listener.port), changes.get("Protocol", listener.protocol)
    actions = [FakeAction(action) for action in changes.get("DefaultActions", [])] or listener.default_actions
    tls = protocol == "TLS"
    given = [item["CertificateArn"] for item in changes.get("Certificates", [])]
    certificates = given or (listener.certificates if tls else [])
    alpn = changes.get("AlpnPolicy", listener.alpn_policy if tls else [])
    policy = changes.get("SslPolicy", listener.ssl_policy or "ELBSecurityPolicy-2016-08")

    backend._validate_port_and_protocol(balancer.type, port, protocol)
    backend._validate_actions(actions)
    check_port(balancer, port, but=listener)
    check_groups(backend, balancer, protocol, actions)
    check_tls(backend, protocol, certificates[0] if certificates else None, alpn, policy)

    listener.port, listener.protocol = port, protocol
    # The first certificate is the default one; the others stay.
    listener.certificates = [*given, *listener.certificates[1:]] if given else certificates
    listener.certificate = listener.certificates[0] if listener.certificates else None
    listener.alpn_policy, listener.ssl_policy = alpn, policy if tls else None
    listener.attributes = default_attributes(protocol) | (listener.attributes if protocol == "TCP" else {})
    set_actions(backend, balancer, listener, actions)


def set_actions(backend: Moto, balancer: Moto, listener: Moto, actions: list[FakeAction]) -> None:
    """Set the default actions of a listener, and attach their target groups to its load balancer."""
    listener.default_actions = listener._default_rule[0].actions = actions
    for group in groups_of(backend, actions):
        if balancer.arn not in group.load_balancer_arns:
            group.load_balancer_arns.append(balancer.arn)
    release_groups(backend, balancer.arn)


def default_attributes(protocol: str | None) -> dict[str, str]:
    """Return the attributes of a new listener."""
    return {IDLE_TIMEOUT: "350"} if protocol in ("TCP", None) else {}


def modify_only(backend: Moto, balancer: Moto, listener: Moto, changes: Changes) -> None:
    """Modify the listener of a Gateway Load Balancer; an error leaves it unchanged."""
    check_only(balancer, changes.get("Port"), changes.get("Protocol"), but=listener)
    actions = [FakeAction(action) for action in changes.get("DefaultActions", [])] or listener.default_actions
    backend._validate_actions(actions)
    check_groups(backend, balancer, None, actions)
    set_actions(backend, balancer, listener, actions)


MODIFY = {"gateway": modify_only, "network": modify}
"""`ModifyListener`, by the type of the load balancer."""


def default_certificate(arns: list[str]) -> list[Certificate] | None:
    """Return the certificates that the API shows with a listener: only the default one."""
    return [{"CertificateArn": arn} for arn in arns[:1]] or None


def install() -> None:
    """Extend moto's backend, and its `ModifyListener`, which does not support TLS, UDP and ALPN."""
    for name in ("CreateListener", "DescribeListeners", "ModifyListener"):
        ELBV2Response.RESPONSE_KEY_PATH_TO_TRANSFORMER[f"{name}Output.Listeners.Listener.Certificates"] = (
            default_certificate
        )
    create, delete = ELBv2Backend.create_listener, ELBv2Backend.delete_listener
    modify_attributes, answer = ELBv2Backend.modify_listener_attributes, ELBV2Response.modify_listener

    def create_listener(
        self: Moto,
        load_balancer_arn: str,
        protocol: Moto,
        port: Moto,
        ssl_policy: str | None,
        certificate: str | None,
        actions: list[dict[str, object]],
        alpn_policy: list[str] | None = None,
        tags: Moto = None,
    ) -> Moto:
        balancer = self.load_balancers.get(load_balancer_arn)
        kind = balancer.type if balancer is not None else None
        if kind == "gateway":
            check_only(balancer, port, protocol)
            check_groups(self, balancer, None, [FakeAction(action) for action in actions])
            ssl_policy = None
        if kind == "network":
            self._validate_port_and_protocol(balancer.type, port, protocol)
            check_port(balancer, port)
            check_groups(self, balancer, protocol, [FakeAction(action) for action in actions])
            check_tls(self, protocol, certificate, alpn_policy or [], ssl_policy)
            ssl_policy = ssl_policy if protocol == "TLS" else None  # moto's default applies to all protocols
        listener = create(
            self, load_balancer_arn, protocol, port, ssl_policy, certificate, actions, alpn_policy, tags
        )
        if kind in MODIFY:
            listener.protocol = protocol  # moto's is never absent
            listener.attributes = default_attributes(protocol)
        return listener

    def modify_listener(self: Moto) -> Moto:
        backend, arn = self.elbv2_backend, self._get_param("ListenerArn")
        (listener,) = backend.describe_listeners(load_balancer_arn=None, listener_arns=[arn])
        balancer = backend.load_balancers[listener.load_balancer_arn]
        if balancer.type not in MODIFY:
            return answer(self)
        MODIFY[balancer.type](backend, balancer, listener, self._get_params())
        return ActionResult({"Listeners": [listener]})

    def modify_listener_attributes(self: Moto, listener_arn: str, attrs: list[dict[str, str]]) -> Moto:
        (listener,) = self.describe_listeners(load_balancer_arn=None, listener_arns=[listener_arn])
        if self.load_balancers[listener.load_balancer_arn].type in MODIFY:
            check_attributes(listener, {item["Key"]: item["Value"] for item in attrs})
        return modify_attributes(self, listener_arn, attrs)

    def delete_listener(self: Moto, listener_arn: str) -> Moto:
        listener = delete(self, listener_arn)
        release_groups(self, listener.load_balancer_arn)
        return listener

    ELBv2Backend.create_listener = create_listener
    ELBV2Response.modify_listener = modify_listener
    ELBv2Backend.modify_listener_attributes = modify_listener_attributes
    ELBv2Backend.delete_listener = delete_listener
