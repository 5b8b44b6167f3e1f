"""The access key of a sandbox."""

import re

from privatelink.sandbox.credentials import AccessKey, new_access_key


def test_each_sandbox_has_a_key_of_its_own() -> None:
    keys = [new_access_key() for _ in range(20)]

    assert len({key.id for key in keys}) == len({key.secret for key in keys}) == 20
    for key in keys:
        assert re.fullmatch("AKIA[A-Z2-7]{16}", key.id)
        # Printed as a word of the shell.
        assert re.fullmatch("[A-Za-z0-9_-]{40}", key.secret)


def test_the_secret_is_not_shown() -> None:
    assert "s3cret" not in repr(AccessKey("AKIA", "s3cret"))
