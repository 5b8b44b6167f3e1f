"""`privatelink output`: values for people and for programs."""

import json

from tests.support import cli
from tests.support.fake_stacks import SHOP, FakeStacks

PROVIDER, A, *_ = SHOP


def test_a_table_hides_what_is_sensitive_and_json_does_not(shop: FakeStacks) -> None:
    shop.tell(PROVIDER, outputs={"id": "vpce-svc-1", "zones": {"a": ["x"]}, "secret": "hunter2"})
    assert cli.run("apply", PROVIDER, "--yes").exit_code == 0

    ran = cli.run("output")

    assert ran.exit_code == 0
    assert [line.rstrip().split(maxsplit=2) for line in ran.stdout.splitlines()[1:]] == [
        [PROVIDER, "id", "vpce-svc-1"],
        [PROVIDER, "zones", '{"a": ["x"]}'],
        [PROVIDER, "secret", "<sensitive>"],
    ]
    assert f"{A} is not applied, or has no outputs" in ran.stderr

    printed = json.loads(cli.run("output", PROVIDER, "--json").stdout)
    assert printed[PROVIDER]["secret"] == {"value": "hunter2", "type": "string", "sensitive": True}


def test_long_values_are_not_cut(shop: FakeStacks) -> None:
    long = "arn:aws:" + 40 * "long:"
    shop.tell(PROVIDER, outputs={"id": long})
    assert cli.run("apply", PROVIDER, "--yes").exit_code == 0
    assert f"{PROVIDER} id     {long}" in cli.run("output", PROVIDER).stdout


def test_unknown_stacks_and_a_failing_terraform(shop: FakeStacks) -> None:
    assert cli.run("output", "nothing").exit_code == 2
    assert cli.run("apply", PROVIDER, "--yes").exit_code == 0
    shop.tell(PROVIDER, output={"fail": "no bucket"})
    ran = cli.run("output")
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert "no bucket" in ran.stderr
