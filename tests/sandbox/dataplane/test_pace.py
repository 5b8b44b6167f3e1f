"""How much faster than on AWS time passes for load balancers, as the documentation says."""

from privatelink.sandbox.dataplane.pace import SPEED
from tests.support.project import PROJECT


def test_the_documentation_has_the_speed() -> None:
    assert f"{SPEED:.0f} times" in (PROJECT / "docs" / "data-plane.md").read_text()
