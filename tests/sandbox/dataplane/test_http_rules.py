"""The rules of Application Load Balancers, and a load balancer that has one as its target, with packets."""

from typing import Any

import pytest

from privatelink.sandbox.dataplane.http_rules import Request, action_of, response
from privatelink.sandbox.dataplane.world import HttpAction, HttpListener, HttpRule
from tests.support.dataplane_fixtures import eventually
from tests.support.packets import HTTP_PORT, Scene

REQUEST = b"GET /a/b?x=1 HTTP/1.1\r\nHost: www.example.com:80\r\nX-Forwarded-For: 9.9.9.9\r\n\r\n"
FIXED = HttpAction("fixed-response", status=404, body="none", content_type="text/html")


def test_a_request_is_read_and_forwarded_with_its_client() -> None:
    request = Request.parse(REQUEST)
    assert (request.method, request.host, request.path) == ("GET", "www.example.com", "/a/b")
    sent = request.forwarded("10.0.0.5", 80, "http").decode().split("\r\n")
    assert sent[0] == "GET /a/b?x=1 HTTP/1.1"
    assert "X-Forwarded-For: 9.9.9.9, 10.0.0.5" in sent
    assert sum(line.lower().startswith("x-forwarded-for") for line in sent) == 1


@pytest.mark.parametrize(
    ("hosts", "paths", "matches"),
    [
        (("www.example.com",), (), True),
        (("*.example.com",), ("/a/*",), True),
        ((), ("/c", "/a/?"), True),
        (("other.example.com",), (), False),
        (("*.example.com",), ("/b*",), False),
    ],
)
def test_a_rule_needs_its_host_and_its_path(
    hosts: tuple[str, ...], paths: tuple[str, ...], *, matches: bool
) -> None:
    other = HttpAction("fixed-response", status=200)
    listener = HttpListener(80, (HttpRule(hosts, paths, other), HttpRule((), (), FIXED)))
    assert (action_of(listener, Request.parse(REQUEST)) is other) is matches


def test_responses_without_a_target() -> None:
    request = Request.parse(REQUEST)
    assert response(FIXED, request, 80, "http").startswith(b"HTTP/1.1 404 Not Found\r\n")
    assert response(FIXED, request, 80, "http").endswith(b"\r\n\r\nnone")
    redirect = HttpAction("redirect", status=301, location="https://#{host}:443/#{path}?#{query}")
    assert b"Location: https://www.example.com:443/a/b?x=1\r\n" in response(redirect, request, 80, "http")
    assert response(HttpAction("forward"), request, 80, "http").startswith(b"HTTP/1.1 503 ")


@pytest.fixture(scope="module")
def port(scene: Scene) -> int:
    """A TCP listener whose target is an Application Load Balancer with three rules."""
    elb, ec2 = scene.provider.account.elb, scene.provider.account.ec2
    group = scene.provider.group(scene.vpc)
    rule: dict[str, Any] = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80}
    cidrs = ("10.60.0.0/16",)
    ec2.authorize_security_group_ingress(
        GroupId=group, IpPermissions=[rule | {"IpRanges": [{"CidrIp": cidr} for cidr in cidrs]}]
    )
    balancer = scene.vpc.load_balancer(
        scene.provider.name("alb"), Type="application", SecurityGroups=[group]
    )["LoadBalancerArn"]
    pages = elb.create_target_group(
        Name=scene.provider.name("tg"), Protocol="HTTP", Port=HTTP_PORT, VpcId=scene.vpc.id
    )["TargetGroups"][0]["TargetGroupArn"]
    elb.register_targets(TargetGroupArn=pages, Targets=[{"Id": scene.server.id}])
    listener = elb.create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": pages}],
    )["Listeners"][0]["ListenerArn"]
    fixed = {"StatusCode": "200", "MessageBody": "fixed", "ContentType": "text/plain"}
    moved = {"StatusCode": "HTTP_301", "Protocol": "HTTPS", "Port": "443"}
    for number, path, action in (
        (1, "/fixed", {"Type": "fixed-response", "FixedResponseConfig": fixed}),
        (2, "/moved/*", {"Type": "redirect", "RedirectConfig": moved}),
    ):
        elb.create_rule(
            ListenerArn=listener,
            Priority=number,
            Conditions=[{"Field": "path-pattern", "Values": [path]}],
            Actions=[action],
        )
    return scene.listener(
        "TCP",
        scene.group("TCP", 80, {"Id": balancer}, TargetType="alb", HealthCheckProtocol="HTTP"),
    )


@pytest.mark.dataplane
@pytest.mark.slow
class TestPackets:
    def test_requests_take_the_rules_of_the_application_load_balancer(self, scene: Scene, port: int) -> None:
        url = f"http://{scene.door}:{port}"
        assert eventually(lambda: scene.client.run(f"curl -s -m 1 {url}/fixed") == "fixed")
        assert scene.client.run(f"curl -s -m 1 {url}/page").endswith(" server /page")
        moved = scene.client.run(
            f"curl -s -m 1 -o /dev/null -w '%{{http_code}} %{{redirect_url}}' {url}/moved/x"
        )
        assert moved == f"301 https://{scene.door}:443/moved/x"

    def test_the_application_load_balancer_connects_to_the_target(self, scene: Scene, port: int) -> None:
        seen = scene.neighbour.curl(f"{scene.node}:{port}").split()
        interfaces = scene.provider.account.ec2.describe_network_interfaces(
            Filters=[{"Name": "vpc-id", "Values": [scene.vpc.id]}]
        )["NetworkInterfaces"]
        own = {item["PrivateIpAddress"] for item in interfaces if "ELB app/" in item["Description"]}
        assert seen[0] in own
