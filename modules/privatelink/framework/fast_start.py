"""The switch of the fast start (see aws.py and main.py): `PRIVATELINK_STOCK_BINDINGS=1` turns it off."""

import os

STOCK_BINDINGS = os.environ.get("PRIVATELINK_STOCK_BINDINGS", "") not in ("", "0")
