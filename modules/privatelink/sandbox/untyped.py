"""The type of moto's objects, which have no usable types: moto is not checked."""

from typing import Any, TypeAlias

Moto: TypeAlias = Any
"""An object of moto: a backend, a response handler, a subnet, …"""
