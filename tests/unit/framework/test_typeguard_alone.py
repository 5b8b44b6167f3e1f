"""typeguard without asyncio: a program that has mocks has them let pass, as ever."""

from tests.support.code import run


def test_asyncio_is_not_imported_and_mocks_still_pass():
    code = """
import sys
from privatelink.framework import aws
aws.Vpc
print("asyncio" in sys.modules, "unittest.mock" in sys.modules)
import typeguard
print(isinstance(1, typeguard.Mock))
from unittest.mock import MagicMock, Mock
print(Mock is typeguard.Mock, isinstance(MagicMock(), typeguard.Mock), isinstance(1, typeguard.Mock))
typeguard.check_type("argument", Mock(), int)
"""

    assert run(code).split() == ["False"] * 4 + ["True", "False"]
