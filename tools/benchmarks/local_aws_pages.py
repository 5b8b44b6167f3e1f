"""Pages and resets of the local AWS in this process, as CPU time and memory: prints JSON.

`python -m tools.benchmarks.local_aws_pages`. The requests go to the application directly, without a network.
"""

import copy
import json
import re
import resource
import sys
import time
from collections.abc import Callable

from privatelink.sandbox.server import application
from privatelink.sandbox.untyped import Moto

ACCOUNT, REGION = "123456789012", "ap-northeast-2"
ITEMS, SIZES, RUNS = 5_000, (5, 100, 1_000), 7
PAGES = {
    "DescribeVpcEndpoints": "vpcEndpointId",
    "DescribeVpcEndpointConnections": "vpcEndpointConnectionId",
    "DescribeVpcEndpointServiceConfigurations": "serviceId",
    "DescribeVpcEndpointServices": "serviceId",
    "DescribeNetworkInterfaces": "ownerId",
}
"""An element that each item has once, by the action."""
EARLY, RESETS = 100, 1_000
CREDENTIALS = f"Credential=AKIAEXAMPLE/20260101/{REGION}/{{service}}/aws4_request"


class Requests:
    """Requests to the application."""

    def __init__(self) -> None:
        app = application()
        from werkzeug.test import Client

        self._client = Client(app)

    def send(self, action: str, service: str = "ec2", **parameters: str) -> str:
        """Send a request, and return the answer."""
        scope = CREDENTIALS.format(service=service)
        answer = self._client.post(
            "/",
            data={"Action": action, "Version": "2016-11-15", **parameters},
            headers={"Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"},
        )
        if answer.status_code != 200:
            raise SystemExit(answer.text)
        return answer.text

    def make(self, action: str, element: str, service: str = "ec2", **parameters: str) -> str:
        """Create something, and return the content of an element of the answer."""
        found = re.search(f"<{element}>(.*?)</{element}>", self.send(action, service, **parameters))
        if found is None:
            raise SystemExit(f"{action}: no {element}")
        return found[1]

    def network(self) -> tuple[str, list[str]]:
        """Create a VPC with three subnets."""
        vpc = self.make("CreateVpc", "vpcId", CidrBlock="10.0.0.0/16")
        subnets = [
            self.make(
                "CreateSubnet",
                "subnetId",
                VpcId=vpc,
                CidrBlock=f"10.0.{number}.0/24",
                AvailabilityZone=f"{REGION}{zone}",
            )
            for number, zone in enumerate("abc")
        ]
        return vpc, subnets

    def endpoint(self, vpc: str, subnets: list[str], service: str) -> str:
        """Create an interface endpoint."""
        return self.make(
            "CreateVpcEndpoint",
            "vpcEndpointId",
            VpcId=vpc,
            VpcEndpointType="Interface",
            PrivateDnsEnabled="false",
            ServiceName=service,
            **{f"SubnetId.{number}": subnet for number, subnet in enumerate(subnets, 1)},
        )


def fill(requests: Requests) -> None:
    """Create one endpoint of one service, and copies of both and of a network interface."""
    vpc, subnets = requests.network()
    arn = requests.make(
        "CreateLoadBalancer",
        "LoadBalancerArn",
        "elasticloadbalancing",
        Version="2015-12-01",
        Name="nlb",
        Type="network",
        Scheme="internal",
        **{f"Subnets.member.{number}": subnet for number, subnet in enumerate(subnets, 1)},
    )
    service = requests.make(
        "CreateVpcEndpointServiceConfiguration", "serviceName", **{"NetworkLoadBalancerArn.1": arn}
    )
    endpoint = requests.endpoint(vpc, subnets, service)

    from moto.ec2.models import ec2_backends

    backend: Moto = ec2_backends[ACCOUNT][REGION]
    first = backend.vpc_end_points[endpoint]
    multiply(backend, backend.vpc_end_points, first)
    multiply(backend, backend.configurations, backend.configurations[first.service_id])
    multiply(backend, backend.enis, next(iter(first.interfaces.values())))


def multiply(backend: Moto, items: dict[str, Moto], first: Moto) -> None:
    """Add copies of an item, each with its own ID and tag."""
    prefix = first.id.rpartition("-")[0]
    for number in range(ITEMS - len(items)):
        same = copy.copy(first)
        same.id = f"{prefix}-{number:017x}"
        items[same.id] = same
        backend.tags[same.id] = {"number": str(number)}


def milliseconds(work: Callable[[], object]) -> float:
    """Return the CPU time of the fastest run."""
    taken = []
    for _ in range(RUNS):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return min(taken) * 1000


def measure_page(requests: Requests, action: str, size: int) -> float:
    """Return the CPU time of a page."""
    text = requests.send(action, MaxResults=str(size))
    shown = text.count(f"<{PAGES[action]}>")
    if shown != size:
        raise SystemExit(f"{action}: {shown} items instead of {size}")
    return milliseconds(lambda: requests.send(action, MaxResults=str(size)))


def measure_of_moto(requests: Requests) -> float:
    """Return the CPU time of the largest page of endpoints with moto's own serializer."""
    from moto.core.serialize import EC2Serializer, ResponseSerializer

    kept = EC2Serializer._serialize_result
    EC2Serializer._serialize_result = ResponseSerializer._serialize_result
    try:
        return measure_page(requests, "DescribeVpcEndpoints", SIZES[-1])
    finally:
        EC2Serializer._serialize_result = kept


def peak_megabytes() -> float:
    """Return the largest memory of this process until now."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (2**20 if sys.platform == "darwin" else 2**10)


def measure_resets(requests: Requests) -> dict[str, float]:
    """Return the peak memory after some, and after all resets, with a network and an endpoint before each."""
    from moto.moto_api._internal.models import moto_api_backend

    megabytes = {}
    for number in range(1, RESETS + 1):
        vpc, subnets = requests.network()
        requests.endpoint(vpc, subnets, f"com.amazonaws.{REGION}.sqs")
        moto_api_backend.reset()
        if number in (EARLY, RESETS):
            megabytes[str(number)] = peak_megabytes()
    return megabytes


def main() -> None:
    """Measure, and print the results."""
    requests = Requests()
    # First, since the copies would be the peak.
    megabytes = measure_resets(requests)
    fill(requests)
    pages = {action: [measure_page(requests, action, size) for size in SIZES] for action in PAGES}
    print(json.dumps({"pages": pages, "of_moto": measure_of_moto(requests), "megabytes": megabytes}))


if __name__ == "__main__":
    main()
