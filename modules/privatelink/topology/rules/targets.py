"""What answers behind the load balancer where nothing is made for it."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Network
from typing import Self

from pydantic import ConfigDict, Field, model_validator

from privatelink.facts import TARGETS_OUTSIDE_THE_VPC, TargetType
from privatelink.topology.broken import Broken, refuse, refuse_any
from privatelink.topology.part import Part
from privatelink.topology.types.addresses import Address
from privatelink.topology.types.arns import ApplicationLoadBalancerArn
from privatelink.topology.types.ids import InstanceId, SecurityGroupId
from privatelink.topology.types.lists import twice
from privatelink.topology.types.names import ConsumerKey

FORMS = ("instances", "addresses", "application_load_balancer")


class Targets(Part):
    """What exists already and answers behind the load balancer: instances, addresses, or one ALB."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [form]} for form in FORMS]})

    instances: dict[ConsumerKey, InstanceId] = Field(
        default={}, description="EC2 instances of the service's VPC, by a short name of each"
    )
    addresses: dict[ConsumerKey, Address] = Field(
        default={}, description="Private IPv4 addresses, in the VPC or beyond it, by a short name of each"
    )
    application_load_balancer: ApplicationLoadBalancerArn | None = Field(
        default=None,
        description="An Application Load Balancer of the VPC; one of its ports for each listener",
    )
    security_group_id: SecurityGroupId | None = Field(
        default=None,
        description="Security group of the targets, to admit the load balancer in; default: the output "
        "load_balancer_security_group_id tells what they have to admit",
    )

    @property
    def kind(self) -> TargetType:
        """The target type, as AWS calls it."""
        if self.application_load_balancer:
            return "alb"
        return "instance" if self.instances else "ip"

    @property
    def ids(self) -> dict[str, str]:
        """What is registered, by key, sorted."""
        if self.application_load_balancer:
            return {"application-load-balancer": self.application_load_balancer}
        return {key: str(found) for key, found in sorted({**self.instances, **self.addresses}.items())}

    @model_validator(mode="after")
    def _check(self) -> Self:
        given = [form for form in FORMS if getattr(self, form)]
        if len(given) != 1:
            what = f"{' and '.join(given)} together" if given else "no targets"
            allowed, fix = f"exactly one of {', '.join(FORMS)}", "give one of them"
            raise refuse(Broken(what, allowed, fix))
        for form, what in (("instances", "instance"), ("addresses", "address")):
            refuse_any(
                replace(broken, at=(form, *broken.at))
                for broken in twice(getattr(self, form), f"{what} listed twice")
            )
        return self

    def out_of_reach(self, vpc: IPv4Network) -> Iterator[str]:
        """Give the keys of the addresses that may not be targets from this VPC."""
        for key, address in self.addresses.items():
            if address not in vpc and not any(address in block for block in TARGETS_OUTSIDE_THE_VPC):
                yield key
