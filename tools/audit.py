"""Check the packages of both lock files for known vulnerabilities, with the services of PyPI and npm.

`make audit`. Exit codes: 0 no known vulnerability, 1 at least one, 2 some packages could not be checked.
pip-audit itself exits with 0 if the service does not know the packages, such as behind some mirrors.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
PIP_AUDIT = PROJECT / ".build/checks/bin/pip-audit"
NODE = PROJECT / "tools/node"


@dataclass(frozen=True)
class Audit:
    """The result for the packages of one lock file."""

    lock: str
    audited: int
    vulnerable: Sequence[str] = ()
    not_audited: str = ""

    @property
    def exit_code(self) -> int:
        """The exit code for this lock file."""
        return 1 if self.vulnerable else 2 if self.not_audited else 0

    def __str__(self) -> str:
        lines = [f"{self.lock}: {self.audited} packages checked, {len(self.vulnerable)} vulnerable"]
        lines += [f"  {each}" for each in self.vulnerable]
        if self.not_audited:
            lines.append(f"  not checked: {self.not_audited}")
        return "\n".join(lines)


def of_pip_audit(lock: str, answer: str, errors: str) -> Audit:
    """Read the output of `pip-audit --format json`.

    Arguments:
        lock: the name of the lock file.
        answer: standard output.
        errors: standard error, shown if there is no answer.
    """
    try:
        packages = json.loads(answer)["dependencies"]
    except (ValueError, KeyError):
        return Audit(lock, 0, not_audited=_last_line(errors))
    skipped = [package for package in packages if "skip_reason" in package]
    vulnerable = [
        f"{package['name']} {package['version']}: {found['id']}; fixed in {_versions(found['fix_versions'])}"
        for package in packages
        for found in package.get("vulns", ())
    ]
    reason = (
        f"{len(skipped)} packages, such as {skipped[0]['name']}: {skipped[0]['skip_reason']}"
        if skipped
        else ""
    )
    return Audit(lock, len(packages) - len(skipped), vulnerable, reason)


def of_npm_audit(lock: str, answer: str, errors: str) -> Audit:
    """Read the output of `npm audit --json`; arguments as in `of_pip_audit`."""
    try:
        report: Mapping[str, Any] = json.loads(answer)
    except ValueError:
        return Audit(lock, 0, not_audited=_last_line(errors))
    if "vulnerabilities" not in report:
        return Audit(lock, 0, not_audited=report.get("message") or _last_line(errors))
    vulnerable = [f"{name}: {found['severity']}" for name, found in report["vulnerabilities"].items()]
    return Audit(lock, report["metadata"]["dependencies"]["total"], vulnerable)


def main(requirements: Sequence[str]) -> int:
    """Check both lock files and print the results.

    Arguments:
        requirements: the requirements file of each category in Pipfile.lock.

    Returns:
        The exit code.
    """
    pip_audit = [str(PIP_AUDIT), "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    audits = [
        of_pip_audit(
            f"Pipfile.lock, {Path(file).name}",
            *_output([*pip_audit, "--format", "json", "--requirement", file]),
        )
        for file in requirements
    ]
    npm_audit = ["npm", "audit", "--json", "--prefix", str(NODE)]
    audits.append(of_npm_audit("tools/node/package-lock.json", *_output(npm_audit)))
    for audit in audits:
        print(audit)
    return 1 if any(audit.vulnerable for audit in audits) else max(audit.exit_code for audit in audits)


def _output(command: Sequence[str]) -> tuple[str, str]:
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return ran.stdout, ran.stderr


def _versions(versions: Sequence[str]) -> str:
    return " or ".join(versions) or "no version yet"


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2] or "no answer"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
