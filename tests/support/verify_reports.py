"""Reports of a path that works, a broken one, and others, with every state and outcome."""

from datetime import UTC, datetime

from privatelink.verify import control_plane, private_path, public_path
from privatelink.verify.check import HOPS, compared, not_checked
from privatelink.verify.provider_facts import Target
from privatelink.verify.report import Finding, Report
from tests.support.hostile_text import NASTY
from tests.support.verify_facts import ADDRESSES, FIRST, PUBLIC, SECOND, consumer, provider, sight, unanswered

AT = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


def checks_of(facts, of_provider, *, answered=True):
    """All checks of a consumer, whose names are those of `verify_facts`."""
    texts = dict(zip(ADDRESSES, (FIRST, SECOND), strict=True))
    sights = {
        job: sight(dict(zip(PUBLIC, (FIRST, SECOND), strict=True)))
        for job in public_path.jobs(facts, of_provider, 20)
    }
    for job in private_path.jobs(facts, of_provider, 20):
        zone = next((zone for zone, name in facts.zonal_names.items() if name == job.name), None)
        here = [item.address for item in facts.addresses if zone in (item.zone, None)]
        sights[job] = (
            sight({address: texts[address] for address in here}) if answered else unanswered(tuple(here))
        )
    return [
        *control_plane.control_plane(facts, of_provider),
        *public_path.evaluate(facts, of_provider, sights),
        *private_path.evaluate(facts, of_provider, sights),
    ]


DOWN = Target("i-c", "az3", 80, "unhealthy", "Target.FailedHealthChecks")
WHOLE = Finding("client", checks_of(consumer(), provider()))
BROKEN = Finding(
    "broken",
    checks_of(consumer(), provider(targets=(Target("i-a", "az1", 80, "healthy", ""), DOWN)), answered=False),
)
HALF = Finding("half", checks_of(consumer(probe=None), None))
UNKNOWN = Finding("unknown", error="i-1 has not registered with Systems Manager within 60 s")
EVERY = Report(AT, [WHOLE, BROKEN, HALF, UNKNOWN])
FAILED = Report(AT, error="no generated Terraform in cdktf.out")
HOSTILE = Report(
    AT,
    [
        Finding(
            NASTY,
            [
                each
                for hop in HOPS
                for each in (
                    compared(NASTY, NASTY, NASTY, NASTY, False, hop, f"[red]{NASTY}"),
                    compared(NASTY, NASTY, NASTY, "x" * 100_000, True, hop),
                    not_checked(NASTY, NASTY, NASTY, NASTY, hop),
                )
            ],
        ),
        Finding(NASTY, error=NASTY),
    ],
    error=NASTY,
)
"""Every text is one that a stranger chose."""
