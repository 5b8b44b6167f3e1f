"""The types of JSON values."""

from typing import TypeAlias

JsonObject: TypeAlias = dict[str, "Json"]
Json: TypeAlias = JsonObject | list["Json"] | str | int | float | bool | None
"""Any JSON value, as `json.loads` returns it."""
