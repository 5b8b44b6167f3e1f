"""A saved plan, and what it would do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from privatelink.terraform.diagnostics import Diagnostic
from privatelink.terraform.documents import OutputChange, PlanJson, ResourceChange

PLAN_NAME = "terraform.tfplan"
"""The file name of a saved plan in its root; the review looks for it there."""


@dataclass(frozen=True)
class Summary:
    """How many resources are, or were, added, changed, destroyed and imported."""

    add: int = 0
    change: int = 0
    destroy: int = 0
    imported: int = 0

    def __str__(self) -> str:
        imports = f"{self.imported} to import, " if self.imported else ""
        return f"{imports}{self.add} to add, {self.change} to change, {self.destroy} to destroy"


@dataclass(frozen=True)
class Plan:
    """A saved plan: its file, its JSON and what it would do."""

    path: Path
    read_json: Callable[[Path], PlanJson] = field(repr=False, compare=False)
    clean: bool
    """Terraform's own "No changes": neither resources nor outputs differ."""
    summary: Summary = Summary()
    """The counts Terraform prints; a replacement counts as one added and one destroyed."""
    warnings: list[Diagnostic] = field(default_factory=list)

    @cached_property
    def json(self) -> PlanJson:
        """`terraform show -json` of the plan; read when asked for, since it starts the provider again."""
        return self.read_json(self.path)

    @property
    def changes(self) -> list[ResourceChange]:
        """The resource changes that do something."""
        return [
            change
            for change in self.json.get("resource_changes", [])
            if change["change"]["actions"] not in (["no-op"], ["read"])
        ]

    @property
    def has_changes(self) -> bool:
        """Whether any resource would be changed; a changed output alone does not count."""
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
        """What changed outside Terraform since the last apply."""
        return list(self.json.get("resource_drift", []))
