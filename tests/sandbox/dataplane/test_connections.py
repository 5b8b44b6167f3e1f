"""How connections end: idle timeouts, deregistered targets, deleted nodes; and endpoints in other Regions."""

import shlex
from dataclasses import replace

import pytest

from privatelink.sandbox.dataplane.connections import Ending, endings
from privatelink.sandbox.dataplane.world import World
from tests.support.dataplane_fixtures import Lab, Machine, eventually
from tests.support.packets import EVERYTHING, HTTP_PORT, LINES_PORT, QUICK, Scene, served
from tests.support.sandbox_fixtures import Account
from tests.support.small_world import small_world

FABRIC = {"eni-node": "240.1.0.1"}


def with_target(**changes: object) -> World:
    world = small_world()
    (node,) = world.nodes
    (listener,) = node.listeners
    targets = tuple(replace(target, **changes) for target in listener.targets)  # type: ignore[arg-type]
    return replace(world, nodes=(replace(node, listeners=(replace(listener, targets=targets),)),))


def without_targets() -> World:
    world = small_world()
    (node,) = world.nodes
    (listener,) = node.listeners
    return replace(world, nodes=(replace(node, listeners=(replace(listener, targets=()),)),))


def test_a_deregistered_target_loses_its_connections_if_its_group_says_so() -> None:
    before = with_target(terminates=True, deregistration_delay=120)
    (ending,) = endings(before, without_targets(), FABRIC)
    assert ending.target == ("10.10.0.10", 8080)
    assert ending.port == 80
    assert {"10.10.0.4", "240.1.0.1"} <= ending.addresses
    assert ending.seconds == 2.0
    assert list(endings(small_world(), without_targets(), FABRIC)) == []
    assert list(endings(before, before, FABRIC)) == []


def test_a_deleted_node_loses_all_its_connections_at_once() -> None:
    (ending,) = endings(small_world(), World(), FABRIC)
    assert ending == Ending("vpc-provider", ending.addresses)
    assert {"10.10.0.4", "240.1.0.1"} <= ending.addresses


# Sends a line, waits, and sends another; prints what comes back, or the error.
TALK = """
import socket, sys, time
host, port, seconds = sys.argv[1:]
sock = socket.create_connection((host, int(port)), 2)
lines = sock.makefile("r")
try:
    for text in ("first", "second"):
        sock.sendall(text.encode() + b"\\n")
        print(lines.readline().strip() or "closed", flush=True)
        time.sleep(float(seconds) if text == "first" else 0)
    time.sleep(0.3)
    sock.sendall(b"third\\n")
    print(lines.readline().strip() or "closed")
except OSError as error:
    print(type(error).__name__)
"""
CONTINUES, RESET = ["first", "second", "third"], ["first", "ConnectionResetError"]


def talk(machine: Machine, host: str, port: int, seconds: float) -> list[str]:
    return machine.run(shlex.join(["python3", "-c", TALK, host, str(port), str(seconds)])).splitlines()


@pytest.mark.dataplane
@pytest.mark.slow
class TestPackets:
    def test_an_idle_connection_is_reset(self, scene: Scene) -> None:
        port = scene.listener("TCP", scene.group("TCP", LINES_PORT))
        arn = scene.listener_arn(port)
        scene.provider.account.elb.modify_listener_attributes(
            ListenerArn=arn, Attributes=[{"Key": "tcp.idle_timeout.seconds", "Value": "60"}]
        )
        assert talk(scene.neighbour, scene.node, port, 0.2) == CONTINUES
        assert talk(scene.neighbour, scene.node, port, 2.5) == RESET
        assert talk(scene.client, scene.door, port, 2.5) == RESET

    @pytest.mark.parametrize("terminates", [True, False])
    def test_connections_to_a_deregistered_target(self, scene: Scene, *, terminates: bool) -> None:
        attributes = {
            "deregistration_delay.timeout_seconds": "60",
            "deregistration_delay.connection_termination.enabled": str(terminates).lower(),
        }
        group = scene.group("TCP", LINES_PORT, attributes=attributes)
        port = scene.listener("TCP", group)
        ssm = scene.consumer.account.client("ssm")
        script = shlex.join(["python3", "-c", TALK, scene.door, str(port), "3.5"])
        command = ssm.send_command(
            InstanceIds=[scene.client.id],
            DocumentName="AWS-RunShellScript",
            Parameters={"commands": [f"{script} | tee /tmp/talk"]},
        )["Command"]["CommandId"]
        assert eventually(lambda: scene.client.run("cat /tmp/talk") == "first")
        scene.provider.account.elb.deregister_targets(TargetGroupArn=group, Targets=[{"Id": scene.server.id}])

        def said() -> list[str]:
            found = ssm.get_command_invocation(CommandId=command, InstanceId=scene.client.id)
            return list(found["StandardOutputContent"].splitlines())

        assert eventually(said, 15) == (RESET if terminates else CONTINUES)
        scene.client.run("rm /tmp/talk")

    def test_a_deleted_zone_has_no_address_any_more(self, provider_lab: Lab) -> None:
        vpc = provider_lab.account.vpc("10.68.0.0/16")
        elb = provider_lab.account.elb
        group = provider_lab.group(vpc, EVERYTHING)
        script = served("server", f"http:{HTTP_PORT}")
        servers = [provider_lab.instance(vpc, zone, [group], script=script) for zone in "ac"]
        balancer = vpc.load_balancer(provider_lab.name("nlb"))
        arn = elb.create_target_group(
            Name=provider_lab.name("tg"), Protocol="TCP", Port=HTTP_PORT, VpcId=vpc.id, **QUICK
        )["TargetGroups"][0]["TargetGroupArn"]
        elb.register_targets(TargetGroupArn=arn, Targets=[{"Id": server.id} for server in servers])
        elb.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"],
            Protocol="TCP",
            Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": arn}],
        )
        probe = provider_lab.probe(vpc)
        assert eventually(lambda: len(probe.resolve(balancer["DNSName"])) == 2)
        zones = [f"{provider_lab.account.region}{zone}.{balancer['DNSName']}" for zone in "ac"]
        (kept,), (gone,) = (probe.resolve(name) for name in zones)
        assert eventually(lambda: probe.curl(gone).endswith("server /"))
        elb.set_subnets(LoadBalancerArn=balancer["LoadBalancerArn"], Subnets=[vpc.subnets["a"]])
        assert probe.resolve(balancer["DNSName"]) == [kept]
        assert probe.curl(gone).startswith("curl: ")
        assert probe.curl(kept).endswith("server /")

    def test_an_endpoint_in_another_region_reaches_the_service(self, scene: Scene) -> None:
        port = scene.listener("TCP", scene.group("TCP", HTTP_PORT))
        ec2 = scene.provider.account.ec2
        ec2.modify_vpc_endpoint_service_configuration(
            ServiceId=scene.service["ServiceId"], AddSupportedRegions=["us-east-1"]
        )
        account = Account(scene.consumer.account.sandbox, scene.consumer.account.number, "us-east-1")
        lab = Lab(account)
        lab.__dict__["profile"] = scene.consumer.profile
        vpc = account.vpc("10.69.0.0/16", "b")
        endpoint = vpc.endpoint(
            scene.service["ServiceName"],
            "b",
            ServiceRegion=scene.provider.account.region,
            SecurityGroupIds=[lab.group(vpc, EVERYTHING)],
        )
        probe = lab.probe(vpc, "b")
        name = endpoint["DnsEntries"][0]["DnsName"]
        assert probe.curl(f"{name}:{port}") == f"{scene.node} server /"
