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


def test_typeguard_that_needs_more_is_imported_as_ever_and_told(tmp_path):
    (tmp_path / "typeguard.py").write_text("from unittest.mock import MagicMock, Mock\n")
    code = f"""
import sys, warnings
sys.path.insert(0, {str(tmp_path)!r})
from privatelink.framework import typeguard_alone
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    typeguard_alone.import_typeguard()
import typeguard
from unittest import mock
print(typeguard.MagicMock is mock.MagicMock, len(said), said[0].category.__name__, said[0].message)
"""

    missing = "a name of unittest.mock that typeguard needs (cannot import"
    assert run(code).startswith(f"True 1 RuntimeWarning {missing}")
