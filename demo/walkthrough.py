"""Runs the walkthrough on a topology and observes each step through Terraform's outputs and the AWS API."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from pathlib import Path

from rich.console import Console
from rich.table import Table

from accept import connections
from demo.drawing import draw
from demo.steps import Report
from demo.synthesis import synthesize
from runner.environment import terraform_environment
from runner.errors import RunnerError
from runner.progress import progress
from runner.stacks import Stack, read_stacks
from runner.terraform import Plan
from sandbox.process import Sandbox

NEEDS_DATA_PLANE = "needs packets: the sandbox has no data plane"


class NoServiceError(RunnerError):
    """The topology has no service, and the sandbox has none to consume."""


@dataclass
class Walkthrough:
    """One run: topology, where its files go, the local AWS, where to show it."""

    topology: Path
    work_dir: Path
    sandbox: Sandbox
    console: Console
    report: Report = field(init=False)
    stacks: list[Stack] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.report = Report(self.console)

    @property
    def out_dir(self) -> Path:
        """Where the generated Terraform is."""
        return self.work_dir / "cdktf.out"

    @property
    def provider(self) -> Stack:
        """The provider's stack."""
        return next(stack for stack in self.stacks if stack.side == "provider")

    @property
    def consumers(self) -> list[Stack]:
        """The consumers' stacks."""
        return [stack for stack in self.stacks if stack.side == "consumer"]

    @property
    def acceptance(self) -> Stack | None:
        """The stack that accepts the connections, where Terraform does."""
        return next((stack for stack in self.stacks if stack.side == "acceptance"), None)

    def run(self) -> None:
        """Do every step."""
        self._synthesize()
        self._apply(self.provider)
        self._observe_provider()
        for consumer in self.consumers:
            self._apply(consumer)
        self._observe_new_endpoints()
        self._accept()
        for consumer in self.consumers:
            # What was accepted outside of a consumer's stack is news to its state.
            consumer.root.apply_refresh_only()
        self._observe_names()
        self._observe_internal()
        self._plan_again()
        self.console.print()
        draw(self.console, self.provider, self.consumers)
        self.console.print()
        self.console.print(self.report.table())

    def read_stacks(self) -> None:
        """Find the stacks that were synthesized."""
        environment = terraform_environment(self.work_dir, self.sandbox.client_environment)
        self.stacks = read_stacks(self.out_dir, environment)

    def destroy(self) -> None:
        """Destroy every stack, each before those it depends on."""
        for stack in reversed(self.stacks):
            with progress(self.console, f"{stack.name}: destroy") as on_event:
                stack.root.destroy(on_event=on_event)

    def _synthesize(self) -> None:
        with progress(self.console, "synthesize Terraform JSON"):
            synthesize(self.topology, self.out_dir)
        self.read_stacks()
        if not any(stack.side == "provider" for stack in self.stacks):
            raise NoServiceError(
                f"{self.topology} has only consumers, and the sandbox no service of the name they look for; "
                "run the demo on a topology with a service, or plan this one against AWS"
            )

    def _apply(self, stack: Stack) -> None:
        with progress(self.console, f"{stack.name}: init") as on_event:
            stack.root.init(on_event=on_event)
        with progress(self.console, f"{stack.name}: validate"):
            stack.root.validate()
        with progress(self.console, f"{stack.name}: plan") as on_event:
            plan = stack.root.plan(on_event=on_event)
        self.console.print(f"{stack.name}: {plan.summary}")
        with progress(self.console, f"{stack.name}: apply") as on_event:
            result = stack.root.apply(plan, on_event=on_event)
        for warning in result.warnings:
            self.console.print(f"warning: {warning.summary}: {warning.detail}", style="yellow", markup=False)

    def _observe_provider(self) -> None:
        provider, report = self.provider, self.report
        subnets = provider.resources("aws_subnet")
        zones = sorted(subnet["availability_zone"] for subnet in subnets)
        balancer = self._load_balancer()
        internal = balancer["internal"]
        gateways = provider.resources("aws_internet_gateway")
        routes = provider.resources("aws_route_table")
        report.observe(
            "W1",
            "provider VPC, subnets in its zones, route table; internet gateway unless internal",
            f"applied: {len(subnets)} subnets in {', '.join(zones)}, {len(routes)} route table, "
            f"{len(gateways)} internet gateway",
            len(zones) == len(set(zones)) > 0 and bool(routes) and bool(gateways) != internal,
        )
        instances = provider.ec2.describe_instances(
            InstanceIds=list(provider.outputs["backend_instance_ids"].values())
        )
        running = {
            instance["Placement"]["AvailabilityZone"]
            for reservation in instances["Reservations"]
            for instance in reservation["Instances"]
            if instance["State"]["Name"] == "running"
        }
        report.observe(
            "W2",
            "one instance in each zone, each with its own text",
            f"running in {', '.join(sorted(running))}; what they answer is not looked at: {NEEDS_DATA_PLANE}",
            running == set(zones),
        )
        self._observe_addresses(balancer["name"], internal)
        outputs = provider.outputs
        service = connections.find_service(provider.ec2, outputs["service_id"])
        waits = "acceptance required" if service.acceptance_required else "acceptance not required"
        region = provider.ec2.meta.region_name
        report.observe(
            "W6",
            f"a service name com.amazonaws.vpce.{region}.vpce-svc-…",
            f"{service.name}, {waits}",
            service.name == outputs["service_name"] == f"com.amazonaws.vpce.{region}.{service.id}",
        )

    def _load_balancer(self) -> dict[str, object]:
        return self.provider.resources("aws_lb")[0]

    def _observe_addresses(self, name: object, internal: object) -> None:
        provider, report = self.provider, self.report
        described = provider.elbv2.describe_load_balancers(Names=[str(name)])["LoadBalancers"][0]
        addresses = sorted(provider.outputs["load_balancer_addresses"].values())
        if internal:
            blocks = [subnet["cidr_block"] for subnet in provider.resources("aws_subnet")]
            report.observe(
                "W3",
                "internal: the load balancer's addresses are private, in the provider's subnets",
                f"{name} {', '.join(addresses)}",
                _one_in_each(addresses, blocks),
            )
        else:
            seen = sorted(
                address["IpAddress"]
                for zone in described["AvailabilityZones"]
                for address in zone["LoadBalancerAddresses"]
            )
            elastic = sorted(
                address["PublicIp"]
                for address in provider.ec2.describe_addresses(PublicIps=addresses)["Addresses"]
            )
            report.observe(
                "W3",
                "the load balancer's addresses are the Elastic IPs given at its creation",
                f"{name} has {', '.join(seen)}; Elastic IPs: {', '.join(elastic)}; "
                f"its name is not resolved: {NEEDS_DATA_PLANE}",
                seen == elastic == addresses,
            )
        for step, expected in (
            ("W4", "curl from outside and from the other VPC answers both texts"),
            ("W5", "a trace leaves through the internet gateway"),
        ):
            if internal:
                report.skip(step, expected, "the load balancer is internal", "not in this topology")
            else:
                report.skip(step, expected, NEEDS_DATA_PLANE, "not shown")

    def _connections(self) -> list[connections.Connection]:
        return connections.list_connections(self.provider.ec2, self.provider.outputs["service_id"])

    def _observe_new_endpoints(self) -> None:
        if not self.consumers:
            for step in ("W7", "W8", "W9", "W10", "W11", "W12"):
                self.report.skip(step, "a consumer", "no consumer in this topology", "not in this topology")
            return
        service = connections.find_service(self.provider.ec2, self.provider.outputs["service_id"])
        expected = connections.PENDING if service.acceptance_required else connections.AVAILABLE
        states = {connection.endpoint_id: connection.state for connection in self._connections()}
        wanted = [consumer.outputs["endpoint_id"] for consumer in self.consumers]
        self.report.observe(
            "W7",
            f"an endpoint found by the service's name, one subnet a zone, is {expected}",
            ", ".join(f"{endpoint} {states.get(endpoint, 'unknown')}" for endpoint in wanted),
            all(states.get(endpoint) == expected for endpoint in wanted),
        )

    def _accept(self) -> None:
        if not self.consumers:
            return
        pending = [found for found in self._connections() if found.state == connections.PENDING]
        expected = "the pending connection is listed, accepted, and becomes available"
        if not pending:
            available = all(found.state == connections.AVAILABLE for found in self._connections())
            self.report.skip("W8", expected, "acceptance is automatic", "not in this topology")
            self.report.observe(
                "W9", "without acceptance an endpoint is available at once", "available at once", available
            )
            return
        self._show(pending)
        if self.acceptance:
            self._apply(self.acceptance)
            how = f"accepted by the stack {self.acceptance.name}"
        else:
            how = "accepted"
            chosen = [found.endpoint_id for found in pending]
            refused = connections.accept(self.provider.ec2, pending[0].service_id, chosen)
            if refused:
                how = "; ".join(map(str, refused))
            else:
                wanted = dict.fromkeys(chosen, connections.AVAILABLE)
                connections.wait(self.provider.ec2, pending[0].service_id, wanted)
        after = self._connections()
        self.report.observe(
            "W8",
            expected,
            f"{len(pending)} pending, {how}: "
            + ", ".join(f"{found.endpoint_id} {found.state}" for found in after),
            all(found.state == connections.AVAILABLE for found in after),
        )
        self.report.skip("W9", "acceptance not required", "acceptance is required", "not in this topology")

    def _show(self, pending: Sequence[connections.Connection]) -> None:
        table = Table(
            "endpoint", "owner", "state", "since", title="Connections to accept", title_justify="left"
        )
        for found in pending:
            table.add_row(found.endpoint_id, found.owner, found.state, f"{found.since:%Y-%m-%d %H:%M:%S %Z}")
        self.console.print(table)

    def _observe_names(self) -> None:
        for consumer in self.consumers:
            outputs = consumer.outputs
            addresses = outputs["endpoint_addresses"]
            blocks = {
                subnet["availability_zone"]: subnet["cidr_block"]
                for subnet in consumer.resources("aws_subnet")
                if subnet["id"] in consumer.resources("aws_vpc_endpoint")[0]["subnet_ids"]
            }
            names = outputs["endpoint_dns_names"]
            self.report.observe(
                "W10",
                "the endpoint's names, and one private address in each chosen subnet of the consumer",
                f"{names['regional']} and {len(names['zonal'])} zonal names; "
                + ", ".join(f"{address} in {zone}" for zone, address in addresses.items())
                + f"; not resolved: {NEEDS_DATA_PLANE}",
                _one_in_each(addresses.values(), blocks.values())
                and bool(names["regional"])
                and all(names["zonal"].values()),
            )
        if self.consumers:
            self.report.skip(
                "W11", "curl of the endpoint's name answers both texts", NEEDS_DATA_PLANE, "not shown"
            )
            self.report.skip("W12", "a trace ends at the endpoint", NEEDS_DATA_PLANE, "not shown")

    def _observe_internal(self) -> None:
        expected = "the same from W6 on with an internal load balancer"
        if not self._load_balancer()["internal"]:
            self.report.skip("W13", expected, "the load balancer is internet-facing", "not in this topology")
            return
        since = [step for step in self.report.steps if int(step.id.removeprefix("W")) >= 6]
        self.report.observe(
            "W13",
            expected,
            ", ".join(step.id for step in since if step.outcome == "holds") + " hold with it",
            not any(step.outcome == "fails" for step in since),
        )

    def _plan_again(self) -> None:
        """A second plan of every stack must say "No changes"."""
        self.console.print()
        for stack in self.stacks:
            with progress(self.console, f"{stack.name}: second plan") as on_event:
                plan = stack.root.plan(on_event=on_event)
            self.console.print(f"{stack.name}: {_verdict(plan)}")
            if not plan.clean:
                changed = [change["address"] for change in plan.changes] + list(plan.output_changes)
                raise RunnerError(f"the second plan of {stack.name} would change {', '.join(changed)}")


def _verdict(plan: Plan) -> str:
    return "No changes" if plan.clean else str(plan.summary)


def _one_in_each(addresses: Iterable[str], blocks: Iterable[str]) -> bool:
    """Whether there are as many addresses as blocks, and every block holds one of them."""
    found = [ip_address(address) for address in addresses]
    networks = [ip_network(block) for block in blocks]
    return len(found) == len(networks) and all(any(ip in net for ip in found) for net in networks)
