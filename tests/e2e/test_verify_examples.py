"""Positive examples, applied by real Terraform in a sandbox with packets: every check holds."""

import pytest

from examples.broken.scene import apply
from sandbox.process import running_sandbox
from tests.dataplane_fixtures import needs_data_plane
from tests.synth import PROJECT

pytestmark = [pytest.mark.terraform, pytest.mark.dataplane, pytest.mark.slow, needs_data_plane]
PUBLIC = {"W3", "W4", "W5"}


@pytest.mark.parametrize(
    "example",
    [
        # Private addresses only; two accounts that share their addresses, and zones by AZ ID.
        pytest.param("internal", marks=pytest.mark.xdist_group("verify-internal")),
        pytest.param("managed", marks=pytest.mark.xdist_group("verify-managed")),
    ],
)
def test_example_holds(example, tmp_path):
    with running_sandbox(data_plane=True) as sandbox:
        scene = apply(PROJECT / f"examples/{example}.yaml", tmp_path, sandbox)
        scene.wait_until_healthy()

        checks = scene.verify()

    outcomes = {check.id: (check.step, check.outcome) for check in checks}
    public = {key for key, (step, _) in outcomes.items() if step in PUBLIC}
    assert {outcomes[key][1] for key in public} == {"not checked"}
    assert {key: found for key, found in outcomes.items() if key not in public and found[1] != "holds"} == {}
    assert {"W10", "W11", "W12"} <= {step for step, _ in outcomes.values()}
