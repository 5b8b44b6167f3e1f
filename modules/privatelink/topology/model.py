"""The whole topology: services, consumers, and what they share."""

from collections.abc import Iterator, Mapping
from typing import Self

from pydantic import ConfigDict, Field, ValidationInfo, field_validator, model_validator

from privatelink.rule import Broken
from privatelink.topology.broken import broken_in, refuse_any
from privatelink.topology.part import Part
from privatelink.topology.rules.backend import Backend
from privatelink.topology.rules.between import SERVICE_TWICE, broken_between
from privatelink.topology.rules.consumer import Consumer
from privatelink.topology.rules.service import Service
from privatelink.topology.types.names import ConsumerKey, Name
from privatelink.topology.types.tags import Tags
from privatelink.topology.types.text import Reason
from privatelink.topology.warnings import WarningId, not_silenced, warnings_of


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
    def every_service(self) -> dict[str, Service]:
        """The services by key, sorted; the key of `service` is empty."""
        return _every(self.service, self.services)

    @property
    def warnings(self) -> tuple[Broken, ...]:
        """The broken rules that are only warnings, without the silenced ones."""
        found = tuple(warnings_of(self.backend, self.every_service, self.consumers))
        found += tuple(not_silenced(self.silenced, found))
        return tuple(warning for warning in found if warning.rule.id not in self.silenced)

    @field_validator("service")
    @classmethod
    def _name_load_balancers(cls, service: Service | None, info: ValidationInfo) -> Service | None:
        return service and _named(service, "", info)

    @field_validator("services")
    @classmethod
    def _name_their_load_balancers(
        cls, services: dict[str, Service], info: ValidationInfo
    ) -> dict[str, Service]:
        return {key: _named(service, key, info) for key, service in services.items()}

    @field_validator("consumers")
    @classmethod
    def _complete(cls, consumers: dict[str, Consumer], info: ValidationInfo) -> dict[str, Consumer]:
        if not {"service", "services"} <= info.data.keys():  # refused already
            return consumers
        services = _every(info.data["service"], info.data["services"])
        broken: list[Broken] = []
        for key, consumer in consumers.items():
            broken += broken_in(lambda consumer: consumer.of(services), consumer, (key,))
        refuse_any(broken)
        return {key: consumer.of(services) for key, consumer in sorted(consumers.items())}

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_any(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        if self.service and self.services:
            yield SERVICE_TWICE.broken(at=("service",))
        yield from broken_between(self.every_service, self.consumers)


def _every(service: Service | None, services: Mapping[str, Service]) -> dict[str, Service]:
    return ({"": service} if service else {}) | dict(sorted(services.items()))


def _named(service: Service, key: str, info: ValidationInfo) -> Service:
    """Name the load balancers that have no name after the topology."""
    if "name" not in info.data:
        return service
    name = f"{info.data['name']}-{key}-nlb" if key else f"{info.data['name']}-nlb"
    return service.model_copy(
        update={
            "load_balancer": service.load_balancer and service.load_balancer.named(name),
            "load_balancers": {
                key: balancer.named(f"{name}-{key}") for key, balancer in service.load_balancers.items()
            },
        }
    )
