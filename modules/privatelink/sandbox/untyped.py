"""A name for moto's objects: moto's types are not used here."""

from typing import Any, TypeAlias

Moto: TypeAlias = Any
"""An object of moto's: a backend, a response handler, a subnet, …"""
