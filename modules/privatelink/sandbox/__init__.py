"""A local AWS on loopback: moto's server, extended with the PrivateLink behaviours moto lacks.

`privatelink sandbox` starts it in a shell, `process.running_sandbox` from Python. With a data plane
(`dataplane`, Linux) what the API says exists also runs and moves packets; without one it answers API calls
only.
"""

from privatelink.sandbox.client import UNSET, client_environment, environment, is_unset

__all__ = ["UNSET", "client_environment", "environment", "is_unset"]
