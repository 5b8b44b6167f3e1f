"""The error of a path that could not be checked."""

from privatelink.errors import UserError


class CouldNotCheckError(UserError):
    """AWS or the probe could not be reached, so that it is unknown whether the path works."""
