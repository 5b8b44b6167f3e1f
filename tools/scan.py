"""Scan the Terraform of all examples and modules with checkov: `python -m tools.scan` (`make scan`).

Writes the tables of docs/security.md. Exit codes: 0 each failed check has a reason in `REMAINING`; 1 one has
no reason, or a reason has no failed check any more; 2 checkov could not check something.
"""

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from privatelink.stacks import synthesis
from privatelink.topology.file import load

PROJECT = Path(__file__).resolve().parents[1]
CHECKOV = PROJECT / ".build/checkov/bin/checkov"
# The folders that are scanned: a generated one for each topology and program, and those with plain Terraform.
GENERATED = PROJECT / ".build/scan"
ROOTS = ("terraform", "examples/terraform")
PAGE = PROJECT / "docs/security.md"
BEGIN, END = "<!-- written by make scan: -->\n", "<!-- end -->\n"
# Without `--skip-download`, checkov asks a service on the internet for its guidelines.
OPTIONS = ("--compact", "--skip-download", "--output", "json")
# Checkov's parser of HCL does not support quoted texts in `${…}`, as in the error messages of validations. A
# file of this name has only variables, for which checkov has no check.
NOT_READ = "variables.tf"


class ScanError(Exception):
    """Checkov could not check something."""


class Found(TypedDict):
    """One check of one resource, as checkov reports it."""

    check_id: str
    check_name: str
    file_path: str


@dataclass(frozen=True)
class Remaining:
    """A reason why a check fails.

    Arguments:
        why: why it fails.
        passes_with: the setting with which it passes; empty if there is none.
    """

    why: str
    passes_with: str = ""


KEY = "`kms_key: create`; `profile: production`"
REMAINING: Mapping[str, Remaining] = {
    "CKV_AWS_2": Remaining(
        "The check is for Application Load Balancers. It cannot read the protocol of a module's listener, "
        "which is a variable."
    ),
    "CKV_AWS_18": Remaining(
        "The bucket has access logs of a load balancer. Logs of reads of these logs would need a second "
        "bucket, with the same question."
    ),
    "CKV_AWS_21": Remaining("Log delivery writes each log once, and nothing overwrites or deletes it early."),
    "CKV_AWS_26": Remaining(
        "SNS encrypts all topics on disk. AWS's key for SNS does not allow PrivateLink to publish, so "
        "encryption with KMS needs a key of the account, which costs money.",
        KEY,
    ),
    "CKV_AWS_88": Remaining(
        "The test instance reaches Systems Manager over the internet, and tests the public path too. Its "
        "security group has no inbound rule.",
        "`probe: {public_address: false}`; `profile: production`",
    ),
    "CKV_AWS_91": Remaining(
        "A Network Load Balancer logs TLS connections only, and a bucket costs money.",
        "`access_logs`; `profile: production` for TLS listeners",
    ),
    "CKV_AWS_103": Remaining(
        "The check cannot read the TLS policy of a module's listener, which is a variable. The default is "
        "`ELBSecurityPolicy-TLS13-1-2-2021-06`: TLS 1.2 or 1.3."
    ),
    "CKV_AWS_123": Remaining(
        "These examples accept connections automatically, only of the principals that they list.",
        "`acceptance: manual` or `managed`",
    ),
    "CKV_AWS_126": Remaining(
        "Detailed monitoring of instances costs money. The health of targets is in the load balancer's "
        "metrics, which `alarms` use."
    ),
    "CKV_AWS_135": Remaining(
        "Current instance types, such as t3.micro, are EBS-optimized by default. Other types refuse the "
        "argument."
    ),
    "CKV_AWS_144": Remaining("A copy of access logs in another Region doubles their cost."),
    "CKV_AWS_145": Remaining(
        "The bucket is encrypted with the keys of Amazon S3 (SSE-S3); a key of KMS costs money.", KEY
    ),
    "CKV_AWS_150": Remaining(
        "With it, `terraform destroy` fails, as AWS refuses to delete the load balancer.",
        "`deletion_protection: true`; `profile: production`",
    ),
    "CKV_AWS_152": Remaining(
        "Each zone forwards to its own targets, so that the failure of a zone stays in the zone, and traffic "
        "between zones costs nothing.",
        "`cross_zone: true`",
    ),
    "CKV_AWS_158": Remaining("CloudWatch Logs encrypts all log groups; a key of KMS costs money.", KEY),
    "CKV_AWS_260": Remaining(
        "Most of these rules have a security group or a prefix list as their source, which the check takes "
        "for 0.0.0.0/0. An internet-facing load balancer allows 0.0.0.0/0 by default, as its clients are "
        "on the internet.",
        "`allow_from`, for an internet-facing load balancer",
    ),
    "CKV_AWS_338": Remaining(
        "The example keeps flow logs for a shorter time.",
        "`flow_logs: {retention_days: 365}`; `profile: production`",
    ),
    "CKV2_AWS_5": Remaining(
        "The example passes these security groups to a module, which attaches them; the check does not "
        "follow it."
    ),
    "CKV2_AWS_11": Remaining("Flow logs cost money for each gigabyte.", "`flow_logs`; `profile: production`"),
    "CKV2_AWS_12": Remaining(
        "The example writes its VPCs by hand, to show the modules for existing VPCs. A new VPC of a topology "
        "or of the module `vpc` has a default security group without rules."
    ),
    "CKV2_AWS_15": Remaining(
        "The owner of an existing Auto Scaling group decides whether it replaces instances that the load "
        "balancer reports as unhealthy (`health_check_type`); it is attached, nothing else of it changes."
    ),
    "CKV2_AWS_19": Remaining(
        "Elastic IPs of a load balancer are associated with its zones, not with instances."
    ),
    "CKV2_AWS_20": Remaining("The check is for Application Load Balancers with HTTP."),
    "CKV2_AWS_41": Remaining("The web servers call no AWS API, so they have no role."),
    "CKV2_AWS_62": Remaining("No program waits for access logs; a notification would have no receiver."),
}


@dataclass(frozen=True)
class Scan:
    """The result for one example or module.

    Arguments:
        name: path of the example or module.
        passed: number of passed checks.
        failed: the failed checks.
    """

    name: str
    passed: int
    failed: Sequence[Found]

    @property
    def row(self) -> str:
        """The row of the page's first table."""
        counts = sorted(Counter(found["check_id"] for found in self.failed).items())
        checks = ", ".join(f"{check} ({count})" for check, count in counts)
        return f"| `{self.name}` | {self.passed + len(self.failed)} | {len(self.failed)} | {checks} |"


def read(answer: str, names: Mapping[str, str]) -> Iterator[Scan]:
    """Read the output of `checkov --output json`.

    Arguments:
        answer: standard output.
        names: path of each example or module, by its folder in the scanned folder; with the one key `""`, all
            of the scanned folder is one example or module.

    Raises:
        ScanError: checkov could not read a file, or found nothing to check in a folder.
    """
    report = json.loads(answer)
    # Without any check, only the summary's numbers are in the report, and the exit code is 0.
    results = report.get("results", {"passed_checks": [], "failed_checks": [], "parsing_errors": []})
    if unread := [path for path in results["parsing_errors"] if Path(path).name != NOT_READ]:
        raise ScanError(f"checkov cannot read {', '.join(sorted(unread))}")
    for folder, name in names.items():
        passed, failed = (
            [found for found in results[kind] if folder in ("", found["file_path"].split("/")[1])]
            for kind in ("passed_checks", "failed_checks")
        )
        if not passed and not failed:
            raise ScanError(f"checkov found nothing to check in {name}")
        yield Scan(name, len(passed), failed)


def tables(scans: Iterable[Scan]) -> str:
    """Return the tables of docs/security.md: the scans, and the reasons.

    Arguments:
        scans: the scans of all examples and modules.
    """
    scans = list(scans)
    names = {found["check_id"]: found["check_name"] for scan in scans for found in scan.failed}
    lines = ["| Terraform of | checks | failed | failed checks (resources) |", "|---|---|---|---|"]
    lines += [scan.row for scan in scans]
    lines += ["", "| check | passes with | why it fails |", "|---|---|---|"]
    lines += [
        f"| {check}: {names[check]} | {reason.passes_with or '-'} | {reason.why} |"
        for check, reason in sorted(REMAINING.items())
        if check in names
    ]
    return "\n".join(lines) + "\n"


def unexplained(scans: Iterable[Scan]) -> list[str]:
    """Return the failed checks without a reason, and the reasons without a failed check, as messages."""
    failed = {found["check_id"] for scan in scans for found in scan.failed}
    return [
        f"{check} fails, and has no reason in REMAINING" for check in sorted(failed - REMAINING.keys())
    ] + [f"{check} does not fail; remove it from REMAINING" for check in sorted(REMAINING.keys() - failed)]


def with_tables(page: str, written: str) -> str:
    """Return a page with other tables between its two marks."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{written}\n{END}{rest.partition(END)[2]}"


def scan_all() -> list[Scan]:
    """Generate the Terraform of all examples, and scan it and all plain Terraform.

    Raises:
        ScanError: checkov could not check something.
    """
    shutil.rmtree(GENERATED, ignore_errors=True)
    names = dict(_generate())
    found = list(read(_checkov(GENERATED, "terraform_json"), names))
    for root in ROOTS:
        for folder in sorted((PROJECT / root).iterdir()):
            name = str(folder.relative_to(PROJECT))
            found += read(_checkov(folder, "terraform"), {"": name})
    return found


def _generate() -> Iterator[tuple[str, str]]:
    """Generate the stacks of all topologies and programs; yield the folder and the path of each."""
    for topology in (PROJECT / "topology.yaml", *sorted((PROJECT / "examples").glob("*.yaml"))):
        synthesis.write(load(topology), GENERATED / topology.stem)
        yield topology.stem, str(topology.relative_to(PROJECT))
    for program in sorted((PROJECT / "examples/python").glob("*.py")):
        folder = GENERATED / program.stem
        folder.mkdir(parents=True)
        subprocess.run([sys.executable, program], cwd=folder, capture_output=True, check=True)
        yield program.stem, str(program.relative_to(PROJECT))


def _checkov(folder: Path, framework: str) -> str:
    command: list[str | Path] = [CHECKOV, "--directory", folder, "--framework", framework, *OPTIONS]
    # It exits with 1 if a check fails.
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def main() -> int:
    """Scan, write the page and print what has no reason.

    Returns:
        The exit code.
    """
    try:
        scans = scan_all()
    except ScanError as error:
        print(error, file=sys.stderr)
        return 2
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8"), tables(scans)), encoding="utf-8")
    failed = sum(len(scan.failed) for scan in scans)
    checks = failed + sum(scan.passed for scan in scans)
    print(f"{len(scans)} examples and modules: {checks} checks, {failed} failed; see docs/security.md")
    missing = unexplained(scans)
    print(*missing, sep="\n", end="\n" if missing else "")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
