"""The access key of a sandbox: made when it starts, so that only who reads it can use the sandbox."""

import secrets
import string
from dataclasses import dataclass, field

_CHARACTERS = string.ascii_uppercase + "234567"


@dataclass(frozen=True)
class AccessKey:
    """An access key; its secret part is also the token of the sandbox's own paths.

    Arguments:
        id: the access key ID.
        secret: the secret access key.
    """

    id: str
    secret: str = field(repr=False)


ANY_KEY = AccessKey("AKIA000000000SANDBOX", "not-a-secret")
"""The key that clients send to a sandbox that does not check it."""


def new_access_key() -> AccessKey:
    """Return a random access key in the format of AWS."""
    return AccessKey(
        "AKIA" + "".join(secrets.choice(_CHARACTERS) for _ in range(16)), secrets.token_urlsafe(30)
    )
