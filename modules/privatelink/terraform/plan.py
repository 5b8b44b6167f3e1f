"""A saved plan, and its changes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from privatelink.terraform.diagnostics import Diagnostic
from privatelink.terraform.documents import OutputChange, PlanJson, ResourceChange

PLAN_NAME = "terraform.tfplan"
"""File name of a saved plan in its root module; the review reads it there."""


@dataclass(frozen=True)
class Summary:
    """Numbers of resources that are, or were, added, changed, destroyed and imported."""

    add: int = 0
    change: int = 0
    destroy: int = 0
    imported: int = 0

    def __str__(self) -> str:
        imports = f"{self.imported} to import, " if self.imported else ""
        return f"{imports}{self.add} to add, {self.change} to change, {self.destroy} to destroy"


@dataclass(frozen=True)
class Plan:
    """A saved plan: its file, its JSON and its changes."""

    path: Path
    read_json: Callable[[Path], PlanJson] = field(repr=False, compare=False)
    clean: bool
    """Whether Terraform says "No changes": neither resources nor outputs differ."""
    summary: Summary = Summary()
    """The counts that Terraform prints; a replacement counts as one added and one destroyed."""
    warnings: list[Diagnostic] = field(default_factory=list)

    @cached_property
    def json(self) -> PlanJson:
        """The plan as JSON (`terraform show -json`); read only if used, because it starts the provider."""
        return self.read_json(self.path)

    @property
    def changes(self) -> list[ResourceChange]:
        """The resource changes that are not no-ops or reads."""
        return [
            change
            for change in self.json.get("resource_changes", [])
            if change["change"]["actions"] not in (["no-op"], ["read"])
        ]

    @property
    def has_changes(self) -> bool:
        """Whether any resource would change; changed outputs do not count."""
        return bool(self.changes)

    @property
    def output_changes(self) -> dict[str, OutputChange]:
        """The outputs that would change, by name."""
        return {
            name: change
            for name, change in self.json.get("output_changes", {}).items()
            if change["actions"] != ["no-op"]
        }

    @property
    def drift(self) -> list[ResourceChange]:
        """Resources that changed outside Terraform since the last apply."""
        return list(self.json.get("resource_drift", []))
