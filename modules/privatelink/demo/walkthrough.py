"""Runs the walkthrough on a topology and observes each step through Terraform's outputs and the AWS API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol, cast

from rich.console import Console
from rich.table import Table

from privatelink.connections import endpoint_connections as connections
from privatelink.demo.drawing import draw
from privatelink.demo.paths import Paths
from privatelink.demo.steps import EXPECTED, Report
from privatelink.demo.synthesis import OUT
from privatelink.demo.traffic import Traffic
from privatelink.demo.variants import Variant
from privatelink.errors import UserError
from privatelink.facts import AVAILABLE, PENDING_ACCEPTANCE
from privatelink.sandbox.process import Sandbox
from privatelink.terraform.environment import terraform_environment
from privatelink.terraform.plan import Plan
from privatelink.terraform.progress import progress
from privatelink.terraform.stacks import Stack, read_stacks


class S3(Protocol):
    """A boto3 client of S3."""

    def create_bucket(
        self,
        *,
        Bucket: str,  # noqa: N803 - the API's names
        CreateBucketConfiguration: Mapping[str, str] = ...,  # noqa: N803
    ) -> object:
        """Create a bucket."""


@dataclass
class Walkthrough:
    """One run of the walkthrough."""

    work_dir: Path
    sandbox: Sandbox
    console: Console
    variants: Mapping[str, Variant] = field(default_factory=dict)
    """Demos that run in parallel, by the step that they show."""
    report: Report = field(init=False)
    stacks: list[Stack] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.report = Report(self.console)

    @property
    def out_dir(self) -> Path:
        """The folder of the generated Terraform."""
        return self.work_dir / OUT

    @property
    def provider(self) -> Stack:
        """The provider's stack."""
        return next(stack for stack in self.stacks if stack.side == "provider")

    @cached_property
    def paths(self) -> Paths:
        """The steps of the two paths."""
        traffic = Traffic(self.sandbox, self.provider)
        return Paths(self.report, traffic, self.provider, self.consumers)

    @property
    def consumers(self) -> list[Stack]:
        """The consumers' stacks."""
        return [stack for stack in self.stacks if stack.side == "consumer"]

    @property
    def acceptance(self) -> Stack | None:
        """The stack that accepts the connections, if Terraform accepts them."""
        return next((stack for stack in self.stacks if stack.side == "acceptance"), None)

    def run(self) -> None:
        """Run all steps, with the Terraform that `synthesize_shown` generated."""
        self.read_stacks()
        self._make_state_bucket()
        self._apply(self.provider)
        self._observe_network()
        with progress(self.console, "wait until the targets are healthy"):
            facts = self.paths.traffic.wait_until_healthy()
        self.paths.observe_backends(facts)
        for consumer in self.consumers:
            self._apply(consumer)
        self.paths.observe_public()
        self._observe_service()
        self._observe_new_endpoints()
        self._accept()
        for consumer in self.consumers:
            # The acceptance happened outside of the consumer's stack: update its state.
            consumer.root.apply_refresh_only()
        self.paths.observe_private()
        self._plan_again()
        self._observe_variants()
        self._show_result()

    def read_stacks(self) -> None:
        """Read the generated stacks."""
        environment = terraform_environment(self.work_dir, self.sandbox.client_environment)
        self.stacks = read_stacks(self.out_dir, environment)

    def destroy(self) -> None:
        """Destroy all stacks, each before those that it depends on."""
        for stack in reversed(self.stacks):
            with progress(self.console, f"{stack.name}: destroy") as on_event:
                stack.root.destroy(on_event=on_event)

    def _make_state_bucket(self) -> None:
        """Create the bucket of the state. On AWS it exists, in a new local AWS it does not."""
        if s3 := self.stacks[0].backend.get("s3"):  # the same for all
            client = cast(S3, self.stacks[0].state_client())
            if s3["region"] == "us-east-1":
                client.create_bucket(Bucket=s3["bucket"])
            else:
                # https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucketConfiguration.html
                client.create_bucket(
                    Bucket=s3["bucket"], CreateBucketConfiguration={"LocationConstraint": s3["region"]}
                )

    def _apply(self, stack: Stack) -> None:
        with progress(self.console, f"{stack.name}: init") as on_event:
            stack.root.init(on_event=on_event)
        with progress(self.console, f"{stack.name}: validate"):
            valid = stack.root.validate()
        with progress(self.console, f"{stack.name}: plan") as on_event:
            plan = stack.root.plan(on_event=on_event)
        self.console.print(f"{stack.name}: {plan.summary}")
        with progress(self.console, f"{stack.name}: apply") as on_event:
            result = stack.root.apply(plan, on_event=on_event)
        for warning in (*valid.warnings, *result.warnings):
            self.console.print(f"warning: {warning.summary}: {warning.detail}", style="yellow", markup=False)

    def _observe_network(self) -> None:
        provider, report = self.provider, self.report
        subnets = provider.resources("aws_subnet")
        zones = sorted(subnet["availability_zone"] for subnet in subnets)
        gateways = provider.resources("aws_internet_gateway")
        routes = provider.resources("aws_route_table")
        report.observe(
            "W1",
            EXPECTED["W1"],
            f"applied: {len(subnets)} subnets in {', '.join(zones)}, {len(routes)} route table, "
            f"{len(gateways)} internet gateway",
            len(zones) == len(set(zones)) > 0 and bool(routes) and bool(gateways) != self.paths.internal,
        )

    def _observe_service(self) -> None:
        outputs = self.provider.outputs
        service = connections.find_service(self.provider.ec2, outputs["service_id"])
        waits = "acceptance required" if service.acceptance_required else "acceptance not required"
        region = self.provider.ec2.meta.region_name
        self.report.observe(
            "W6",
            f"a service name com.amazonaws.vpce.{region}.vpce-svc-…",
            f"{service.name}, {waits}",
            service.name == outputs["service_name"] == f"com.amazonaws.vpce.{region}.{service.id}",
        )

    def _connections(self) -> list[connections.Connection]:
        return connections.list_connections(self.provider.ec2, self.provider.outputs["service_id"])

    def _observe_new_endpoints(self) -> None:
        if not self.consumers:
            for step in ("W7", "W8", "W9", "W10", "W11", "W12"):
                self.report.skip(step, "a consumer", "no consumer in this topology", "not in this topology")
            return
        service = connections.find_service(self.provider.ec2, self.provider.outputs["service_id"])
        expected = PENDING_ACCEPTANCE if service.acceptance_required else AVAILABLE
        states = {connection.endpoint_id: connection.state for connection in self._connections()}
        wanted = [consumer.outputs["endpoint_id"] for consumer in self.consumers]
        observed = ", ".join(f"{endpoint} {states.get(endpoint, 'unknown')}" for endpoint in wanted)
        holds = all(states.get(endpoint) == expected for endpoint in wanted)
        if expected == PENDING_ACCEPTANCE and not self.paths.traffic.missing:
            checks = self.paths.traffic.private(self.consumers[0], requests=1)
            answered = [check for check in checks if check.step == "W11" and check.outcome == "holds"]
            observed += "; requests get a response" if answered else "; requests get no response"
            holds &= not answered
        self.report.observe(
            "W7",
            f"the endpoint for the service name, with one subnet in each zone, is {expected}",
            observed,
            holds,
        )

    def _accept(self) -> None:
        if not self.consumers:
            return
        pending = [found for found in self._connections() if found.state == PENDING_ACCEPTANCE]
        expected = EXPECTED["W8"]
        if not pending:
            found = self._connections()
            self.report.skip("W8", expected, "acceptance is automatic", "not in this topology")
            self.report.observe(
                "W9",
                EXPECTED["W9"],
                ", ".join(f"{each.endpoint_id} {each.state}" for each in found) + ", without acceptance",
                all(each.state == AVAILABLE for each in found),
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
                wanted = dict.fromkeys(chosen, AVAILABLE)
                connections.wait(self.provider.ec2, pending[0].service_id, wanted)
        after = self._connections()
        self.report.observe(
            "W8",
            expected,
            f"{len(pending)} pending, {how}: "
            + ", ".join(f"{found.endpoint_id} {found.state}" for found in after),
            all(found.state == AVAILABLE for found in after),
        )
        if "W9" not in self.variants:
            self.report.skip("W9", EXPECTED["W9"], "acceptance is required", "not in this topology")

    def _show(self, pending: Sequence[connections.Connection]) -> None:
        table = Table(
            "endpoint", "owner", "state", "since", title="Connections to accept", title_justify="left"
        )
        for found in pending:
            table.add_row(found.endpoint_id, found.owner, found.state, f"{found.since:%Y-%m-%d %H:%M:%S %Z}")
        self.console.print(table)

    def _observe_variants(self) -> None:
        """Observe the steps of the variants, from their demos or from this run."""
        for step, variant in self.variants.items():
            with progress(self.console, f"{step}: wait for the demo of {variant.topology.name}"):
                steps = variant.steps()
            failed = [name for name, found in steps.items() if found["outcome"] == "fails"]
            held = [name for name, found in steps.items() if found["outcome"] == "holds" and name != step]
            self.report.observe(
                step,
                EXPECTED[step],
                f"{variant.topology.name}: {steps[step]['observed']}"
                + (f"; also as expected: {', '.join(held)}" if step not in ("W13",) else "")
                + (f"; failed: {', '.join(failed)}" if failed else ""),
                steps[step]["outcome"] == "holds" and not failed,
            )
        if "W13" in self.variants:
            return
        if not self.consumers or not self.paths.internal:
            lacks = (
                "the load balancer is internet-facing" if self.consumers else "no consumer in this topology"
            )
            self.report.skip("W13", EXPECTED["W13"], lacks, "not in this topology")
            return
        since = [step for step in self.report.steps if int(step.id.removeprefix("W")) >= 6]
        self.report.observe(
            "W13",
            EXPECTED["W13"],
            "as expected: " + ", ".join(step.id for step in since if step.outcome == "holds"),
            not any(step.outcome == "fails" for step in since),
        )

    def _plan_again(self) -> None:
        """Plan all stacks again; each plan must say "No changes"."""
        self.console.print()
        for stack in self.stacks:
            with progress(self.console, f"{stack.name}: second plan") as on_event:
                plan = stack.root.plan(on_event=on_event)
            self.console.print(f"{stack.name}: {_verdict(plan)}")
            if not plan.clean:
                changed = [change["address"] for change in plan.changes] + list(plan.output_changes)
                raise UserError(f"the second plan of {stack.name} would change {', '.join(changed)}")

    def _show_result(self) -> None:
        self.console.print()
        draw(self.console, self.provider, self.consumers)
        if paths := self.paths.traffic.side_by_side():
            self.console.print()
            self.console.print(paths)
        self.console.print()
        self.console.print(self.report.table())


def _verdict(plan: Plan) -> str:
    return "No changes" if plan.clean else str(plan.summary)
