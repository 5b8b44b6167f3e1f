"""What moto looks up anew for each request, and what never changes, is looked up once.

To learn whether a host is one of its modules it lists their folder; to learn whether there is an action it
goes through all that a class has: together a fifth of the time of a request.
"""

import functools

from moto import backends
from moto.core import responses


def install() -> None:
    """Keep both; what is grafted onto the classes has to be there before the first request."""
    modules = tuple(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: modules
    responses.method_names_from_class = functools.cache(responses.method_names_from_class)
