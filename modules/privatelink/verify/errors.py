"""Why something could not be checked."""

from privatelink.errors import UserError


class CouldNotCheckError(UserError):
    """Nothing is known: neither that it holds nor that it fails."""
