"""IDs and tokens in the format of AWS, from moto's random numbers, which a test can seed."""

import string

from moto.moto_api._internal import mock_random

TOKEN_CHARACTERS = string.ascii_lowercase + string.digits


def hex_id(prefix: str) -> str:
    """Return an EC2 ID: a prefix and 17 hexadecimal digits."""
    return f"{prefix}-{mock_random.get_random_hex(17)}"


def token(length: int) -> str:
    """Return lower-case letters and digits, as in the DNS names of endpoints."""
    return "".join(mock_random.choices(TOKEN_CHARACTERS, k=length))
