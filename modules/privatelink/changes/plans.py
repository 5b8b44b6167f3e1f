"""The planned changes of several stacks, from the JSON of their saved plans.

https://developer.hashicorp.com/terraform/internals/json-format
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from privatelink.json_types import Json
from privatelink.terraform.documents import PlanJson, ResourceChange, StateResource


@dataclass(frozen=True, eq=False)
class Resource:
    """The planned change of one resource."""

    stack: str
    json: ResourceChange

    @property
    def address(self) -> str:
        """Its address in the configuration of its stack."""
        return self.json["address"]

    @property
    def actions(self) -> list[str]:
        """The actions of the plan, in their order."""
        return self.json["change"]["actions"]

    @property
    def exists(self) -> bool:
        """Whether it exists before the apply."""
        return self.json["change"].get("before") is not None

    @property
    def created(self) -> bool:
        """Whether it is created, also as a replacement."""
        return "create" in self.actions

    @property
    def destroyed(self) -> bool:
        """Whether it is destroyed, and not replaced."""
        return self.actions == ["delete"]

    @property
    def replaced(self) -> bool:
        """Whether it is replaced."""
        return "create" in self.actions and "delete" in self.actions

    @property
    def created_first(self) -> bool:
        """Whether its replacement is created before it is destroyed."""
        return self.actions == ["create", "delete"]

    @property
    def stays(self) -> bool:
        """Whether it exists before and after the apply, and is not replaced."""
        return self.exists and "delete" not in self.actions

    @property
    def id(self) -> str:
        """Its ID before the apply; empty if it does not exist."""
        return text(self.before("id"))

    def before(self, name: str) -> Json:
        """Return an attribute before the apply; None if it is not set."""
        return (self.json["change"].get("before") or {}).get(name)

    def after(self, name: str) -> Json:
        """Return an attribute after the apply; None if it is not set, or not known before the apply."""
        return (self.json["change"].get("after") or {}).get(name)

    def knows_after(self, name: str) -> bool:
        """Whether the plan has the whole value of an attribute after the apply."""
        unknown = (self.json["change"].get("after_unknown") or {}).get(name)
        return not _any_true(unknown)

    @property
    def replaced_by(self) -> list[str]:
        """The attributes that force its replacement."""
        return [text(path[0]) for path in self.json["change"].get("replace_paths", []) if path]


StateFlags = Callable[[str], Collection[str]]
"""Returns the addresses of the resources in a stack's state that have `create_before_destroy`."""


class Plans:
    """The plans of stacks that are applied together.

    Arguments:
        plans: the JSON of each plan, by the name of its stack.
        state_flags: reads the state of a stack; called only if the order of a destruction depends on it.
    """

    def __init__(self, plans: Mapping[str, PlanJson], state_flags: StateFlags) -> None:
        self._plans = plans
        self._state_flags = state_flags
        self._flags: dict[str, Collection[str]] = {}

    def of(self, *types: str) -> list[Resource]:
        """Return the resources of some types, including those without a change."""
        return [resource for name in types for resource in self._by_type.get(name, [])]

    def forgotten(self) -> Iterator[Resource]:
        """Yield the resources that Terraform did not find any more, and so drops from the state."""
        for stack, plan in self._plans.items():
            for drift in plan.get("resource_drift", []):
                if drift["change"]["actions"] == ["delete"]:
                    yield Resource(stack, drift)

    def read(self, stack: str, kind: str) -> Iterator[StateResource]:
        """Yield the data sources of a type that Terraform has read for the plan of a stack."""
        values = self._plans[stack].get("prior_state", {}).get("values", {}) if stack in self._plans else {}
        for resource in values.get("root_module", {}).get("resources", []):
            if resource["mode"] == "data" and resource["type"] == kind:
                yield resource

    def output_before(self, stack: str, name: str) -> Json:
        """Return an output of a stack before the apply; None if it is not set."""
        outputs = self._plans[stack].get("output_changes", {}) if stack in self._plans else {}
        return outputs[name].get("before") if name in outputs else None

    def region(self, stack: str) -> str:
        """Return the Region of a stack's provider; empty if the plan does not have it as a constant."""
        providers = self._plans[stack].get("configuration", {}).get("provider_config", {})
        expression = providers.get("aws", {}).get("expressions", {}).get("region", {})
        return expression.get("constant_value", "")

    def is_destroyed_last(self, resource: Resource) -> bool:
        """Whether the state has `create_before_destroy` for a resource.

        Only then does Terraform update what used the resource before it destroys it, if the configuration no
        longer has it: https://github.com/hashicorp/terraform/blob/main/docs/destroying.md
        """
        stack = resource.stack
        if stack not in self._flags:
            self._flags[stack] = self._state_flags(stack)
        return resource.address in self._flags[stack]

    @cached_property
    def _by_type(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        for stack, plan in self._plans.items():
            for change in plan.get("resource_changes", []):
                # A deposed object is left over from a replacement that failed.
                if change["mode"] == "managed" and "deposed" not in change:
                    found.setdefault(change["type"], []).append(Resource(stack, change))
        return found


def text(value: Json) -> str:
    """Return a string; an empty one for any other value."""
    return value if isinstance(value, str) else ""


def texts(value: Json) -> list[str]:
    """Return the strings of a list; an empty list for any other value."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def blocks(value: Json) -> list[dict[str, Json]]:
    """Return the blocks of a list; an empty list for any other value."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _any_true(marks: Json) -> bool:
    if isinstance(marks, dict | list):
        below: Iterable[Json] = marks.values() if isinstance(marks, dict) else marks
        return any(_any_true(mark) for mark in below)
    return marks is True
