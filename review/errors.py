"""What is wrong with what was given; the message says where, what is given, and what is allowed."""


class BadInputError(Exception):
    """A plan or a policy that cannot be used."""
