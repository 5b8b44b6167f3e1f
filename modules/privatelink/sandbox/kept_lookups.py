"""Cache lookups that moto repeats for each request although the results never change.

moto lists the directory of its modules to match a host name, and inspects all members of a class to find an
action: together 20 % of the time of a request.
"""

import functools

from moto import backends
from moto.core import responses


def install() -> None:
    """Cache both; all methods must be installed before the first request."""
    modules = tuple(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: modules
    responses.method_names_from_class = functools.cache(responses.method_names_from_class)
