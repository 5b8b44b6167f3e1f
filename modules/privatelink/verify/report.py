"""The report of the checks, as data: what each format shows, in the order of the path."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from privatelink.verify.check import BESIDE, HOPS, Check, Hop, Outcome, first_broken

HOLDS, FAILS, UNKNOWN = 0, 1, 2
LONGEST = 2000
"""Maximum number of characters of a text that is shown; in JSON it is complete."""
State = Literal["works", "broken", "partly checked", "not checked"]
Verdict = Literal["works", "no check failed", "broken", "could not be checked"]
LINK: Hop = "connection"
"""The hop between both sides."""
FIRST_OF_PROVIDER: Hop = "load balancer security group"
"""The first hop of the service provider's side; the hops before it are of the consumer's side."""
CAUSE = "likely cause and fix"


@dataclass(frozen=True)
class Station:
    """A hop with its checks."""

    hop: Hop
    checks: Sequence[Check]

    @property
    def state(self) -> State:
        """The state of the hop: it works only if every check was made and holds."""
        outcomes = {check.outcome for check in self.checks}
        if "fails" in outcomes:
            return "broken"
        if "not checked" in outcomes:
            return "partly checked" if "holds" in outcomes else "not checked"
        return "works"

    @property
    def telling(self) -> Check:
        """The check that shows the state: a failed one, or else one that was not made, or else the first."""
        order = ("fails", "not checked", "holds")
        return min(self.checks, key=lambda check: order.index(check.outcome))


@dataclass(frozen=True)
class Side:
    """One side of the path, with its hops that have checks."""

    name: str
    stations: Sequence[Station]
    on_path: bool = True


@dataclass(frozen=True)
class Finding:
    """The result for one consumer: its checks, or the error if it could not be checked."""

    consumer: str
    checks: Sequence[Check] = ()
    error: str = ""

    @property
    def broken(self) -> Check | None:
        """The check of the first broken hop."""
        return first_broken(self.checks)

    @property
    def verdict(self) -> Verdict:
        """The result in one of four terms; `works` only if every check was made."""
        if self.error:
            return "could not be checked"
        if self.broken:
            return "broken"
        made = all(check.outcome == "holds" for check in self.checks)
        return "works" if self.checks and made else "no check failed"

    @property
    def headline(self) -> str:
        """The verdict, with the first broken hop and the numbers of checks."""
        if self.error:
            return "could not be checked"
        broken = self.broken
        if broken is None:
            what: str = self.verdict
        elif broken.hop in BESIDE:
            what = f"broken beside the private path: {broken.hop}"
        else:
            what = f"broken at {broken.hop}"
        return f"{what}: {self.counts}"

    @property
    def counts(self) -> str:
        """How many checks passed, failed, and were not made."""
        names: dict[Outcome, str] = {"holds": "passed", "fails": "failed", "not checked": "not checked"}
        number = Counter(check.outcome for check in self.checks)
        return ", ".join(
            f"{number[outcome]} {name}"
            for outcome, name in names.items()
            if number[outcome] or outcome == "holds"
        )

    @property
    def sides(self) -> Sequence[Side]:
        """Both sides of the path with what connects them, from the client to the backends."""
        before = HOPS.index(FIRST_OF_PROVIDER)
        path = [hop for hop in HOPS if hop not in BESIDE]
        sides = (
            Side(
                f"service consumer {self.consumer}",
                self._stations(hop for hop in path if hop != LINK and HOPS.index(hop) < before),
            ),
            Side("PrivateLink", self._stations([LINK])),
            Side("service provider", self._stations(hop for hop in path if HOPS.index(hop) >= before)),
            Side("beside the private path", self._stations(BESIDE), on_path=False),
        )
        return [side for side in sides if side.stations]

    def _stations(self, hops: Iterable[Hop]) -> list[Station]:
        found = (Station(hop, [check for check in self.checks if check.hop == hop]) for hop in hops)
        return [station for station in found if station.checks]


@dataclass(frozen=True)
class Report:
    """The results for all consumers, or the error if none could be checked.

    Arguments:
        at: when the checks ended; with a time zone.
        findings: the results.
        error: why there are no results.
    """

    at: datetime
    findings: Sequence[Finding] = ()
    error: str = ""

    @property
    def exit_code(self) -> int:
        """The exit code of the command."""
        return UNKNOWN if self.error else exit_code(self.findings)

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of the paths."""
        verdicts = {finding.verdict for finding in self.findings}
        if self.error or not verdicts:
            return "could not be checked"
        order: tuple[Verdict, ...] = ("broken", "could not be checked", "no check failed", "works")
        return min(verdicts, key=order.index)

    @property
    def headline(self) -> str:
        """How many paths have which verdict."""
        if self.error:
            return f"could not be checked: {self.error}"
        number = Counter(finding.verdict for finding in self.findings)
        verdicts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(number.items()))
        return f"{len(self.findings)} path{'' if len(self.findings) == 1 else 's'}: {verdicts}"

    @property
    def time(self) -> str:
        """When the checks ended, as text."""
        return f"{self.at:%Y-%m-%d %H:%M:%S %Z}"


def exit_code(findings: Sequence[Finding]) -> int:
    """Return the exit code: a failed check outweighs one that could not be made."""
    if any(finding.broken for finding in findings):
        return FAILS
    return UNKNOWN if any(finding.error for finding in findings) else HOLDS


def way(broken: Check) -> str:
    """Return the path up to its first broken hop, in one line."""
    before = () if broken.hop in BESIDE else HOPS[: HOPS.index(broken.hop)]
    return " → ".join([*before, f"{broken.hop} BROKEN"])


def shortened(text: str, most: int = LONGEST) -> str:
    """Return the first `most` characters of a text, and if there are more, how many there are."""
    return text if len(text) <= most else f"{text[:most]}… ({len(text):,} characters)"
