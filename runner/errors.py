"""The base of every error the runner raises on purpose."""


class RunnerError(Exception):
    """Something the user can understand and fix; the text is meant to be shown as it is."""
