"""Terraform's diagnostics, and the error of a failed Terraform command."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from privatelink.errors import UserError
from privatelink.terraform.documents import DiagnosticJson, SourceRange
from privatelink.terraform.mirror import MIRROR_VARIABLE, PROVIDER


@dataclass(frozen=True)
class Diagnostic:
    """An error or a warning of Terraform."""

    severity: str
    summary: str
    detail: str = ""
    address: str = ""
    file: str = ""
    line: int | None = None
    context: str = ""

    @classmethod
    def parse(cls, data: DiagnosticJson) -> "Diagnostic":
        """Read one diagnostic of Terraform's JSON."""
        place: SourceRange = data.get("range") or {}
        start = place.get("start")
        return cls(
            severity=data.get("severity", "error"),
            summary=data.get("summary", ""),
            detail=data.get("detail", ""),
            address=data.get("address", ""),
            file=place.get("filename", ""),
            line=start.get("line") if start else None,
            context=(data.get("snippet") or {}).get("context") or "",
        )

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.file and self.line else self.file
        where = ", ".join(part for part in (self.address, self.context, place) if part)
        lines = [f"{self.severity}: {self.summary}"]
        if where:
            lines.append(f"  at {where}")
        lines += [f"  {line}".rstrip() for line in self.detail.strip().splitlines()]
        return "\n".join(lines)


class TerraformError(UserError):
    """Terraform ended with an error."""

    exit_code = 1

    def __init__(
        self,
        command: Sequence[str],
        exit_code: int,
        diagnostics: Sequence[Diagnostic] = (),
        output: str = "",
        directory: Path | None = None,
    ) -> None:
        self.command = list(command)
        self.code = exit_code
        self.diagnostics = list(diagnostics)
        self.output = output
        self.directory = directory
        super().__init__(str(self))

    def __str__(self) -> str:
        place = f" in {self.directory}" if self.directory else ""
        lines = [f"`{' '.join(self.command)}`{place} ended with exit code {self.code}"]
        # Errors last: readers of a long output look at its end first.
        lines += [
            str(found) for found in sorted(self.diagnostics, key=lambda found: found.severity == "error")
        ]
        if not any(found.severity == "error" for found in self.diagnostics) and self.output.strip():
            lines.append(self.output.strip())
        if any("Failed to query available provider packages" in found.summary for found in self.diagnostics):
            lines.append(
                f"to work without a network: run `terraform providers mirror DIRECTORY` on a machine with a "
                f"network, copy the directory, and set {MIRROR_VARIABLE} to it (it must contain {PROVIDER})"
            )
        return "\n".join(lines)
