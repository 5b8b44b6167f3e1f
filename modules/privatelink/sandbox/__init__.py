"""A local AWS on loopback: moto's server, extended with the PrivateLink behaviours that moto lacks.

Start it with `privatelink sandbox` in a shell, or with `process.running_sandbox` in Python. With a data plane
(`dataplane`, Linux), instances run and packets flow; without one, only the API works.
"""

from privatelink.sandbox.client import UNSET, client_environment, environment, is_unset

__all__ = ["UNSET", "client_environment", "environment", "is_unset"]
