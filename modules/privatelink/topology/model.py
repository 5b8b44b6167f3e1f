"""The whole topology file: services, consumers, and what they share."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Self

from pydantic import ConfigDict, Field, ValidationInfo, field_validator, model_validator

from privatelink.facts import MOST_RULES_OF_A_SECURITY_GROUP, RULES_OF_A_SECURITY_GROUP
from privatelink.rule import Broken
from privatelink.topology import resolved
from privatelink.topology.broken import refuse_any
from privatelink.topology.part import Part
from privatelink.topology.profile import Profile, production_consumer, production_service
from privatelink.topology.rules.backend import Backend
from privatelink.topology.rules.between import SERVICE_TWICE, broken_between
from privatelink.topology.rules.consumer import Consumer
from privatelink.topology.rules.quotas import broken_quotas
from privatelink.topology.rules.renamed import broken_renames
from privatelink.topology.rules.service import Service
from privatelink.topology.types.names import ConsumerKey, Name
from privatelink.topology.types.numbers import within
from privatelink.topology.types.tags import Tags
from privatelink.topology.types.text import Reason
from privatelink.topology.warnings import WarningId, not_silenced, warnings_of


class Quotas(Part):
    """Quotas that AWS has increased in the accounts of a topology."""

    security_group_rules: Annotated[
        int, within(RULES_OF_A_SECURITY_GROUP, MOST_RULES_OF_A_SECURITY_GROUP, "rules")
    ] = Field(
        default=RULES_OF_A_SECURITY_GROUP,
        description="Inbound, and as many outbound, rules of a security group",
    )


class Topology(Part):
    """Endpoint services and their consumers, or one without the other."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": [side]} for side in ("service", "services", "consumers")]},
    )

    name: Name = Field(description="Prefix of the names of stacks and resources")
    tags: Tags = Field(default={}, description="Tags of every resource")
    backend: Backend | None = Field(
        default=None,
        description="Terraform backend of the stacks; default: local state files beside the output folder",
    )
    silenced: dict[WarningId, Reason] = Field(
        default={}, description="Warnings that are not shown, by ID, each with the reason"
    )
    profile: Profile | None = Field(
        default=None,
        description="`production`: stricter defaults for fields that are left out: flow logs, and access "
        "logs of TLS listeners, kept for 365 days; deletion protection of load balancers; a customer managed "
        "KMS key in each stack; no public address of test instances",
    )
    quotas: Quotas = Field(
        default=Quotas(), description="Quotas that AWS has increased in the accounts; default: AWS's own"
    )
    service: Service | None = Field(
        default=None, description="The endpoint service; leave it out for services of other owners"
    )
    services: dict[ConsumerKey, Service] = Field(
        default={}, description="Several endpoint services, each under a short name, instead of `service`"
    )
    consumers: dict[ConsumerKey, Consumer] = Field(
        default={}, description="The service consumers, each under a short name"
    )

    @property
    def every_service(self) -> dict[str | None, Service]:
        """The services by key, sorted; `service` has None."""
        return _every(self.service, self.services)

    @property
    def warnings(self) -> tuple[Broken, ...]:
        """The broken rules that are only warnings, without the silenced ones."""
        found = tuple(warnings_of(self.resolve()))
        found += tuple(not_silenced(self.silenced, found))
        return tuple(warning for warning in found if warning.rule.id not in self.silenced)

    def resolve(self) -> resolved.Topology:
        """Return what the file means, with every default filled in."""
        quota = self.quotas.security_group_rules
        services = {
            key: resolved.resolve_service(
                self.name,
                key,
                production_service(service) if self.profile else service,
                security_group_rules=quota,
            )
            for key, service in self.every_service.items()
        }
        consumers = (
            resolved.resolve_consumer(
                key,
                production_consumer(consumer) if self.profile else consumer,
                services,
                security_group_rules=quota,
            )
            for key, consumer in self.consumers.items()
        )
        return resolved.Topology(
            self.name, self.tags, self.backend, tuple(services.values()), tuple(consumers)
        )

    @field_validator("consumers")
    @classmethod
    def _check_consumers(cls, consumers: dict[str, Consumer], info: ValidationInfo) -> dict[str, Consumer]:
        if {"service", "services"} <= info.data.keys():  # otherwise refused already
            services = _every(info.data["service"], info.data["services"])
            refuse_any(
                broken.below(key)
                for key, consumer in consumers.items()
                for broken in consumer.broken_beside(services)
            )
        return dict(sorted(consumers.items()))

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_any(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        if self.service and self.services:
            yield SERVICE_TWICE.broken(at=("service",))
        topology = self.resolve()
        yield from broken_between(topology)
        yield from broken_quotas(topology)
        yield from broken_renames(topology)


def _every(service: Service | None, services: Mapping[str, Service]) -> dict[str | None, Service]:
    only: dict[str | None, Service] = {None: service} if service else {}
    return only | dict(sorted(services.items()))
