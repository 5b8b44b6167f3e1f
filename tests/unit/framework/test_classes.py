"""The classes that the door offers: each is there, once, and used."""

import importlib.util
import re

from privatelink.framework import aws
from privatelink.framework.choice import FRAMEWORK
from privatelink.framework.classes import OF_BINDINGS, OF_FRAMEWORK
from tests.support.project import PROJECT


def test_no_name_is_in_both_tables():
    assert not set(OF_FRAMEWORK) & set(OF_BINDINGS)
    assert {*OF_FRAMEWORK, *OF_BINDINGS} <= set(aws.__all__)


def test_each_class_is_in_the_module_named():
    (folder,) = importlib.util.find_spec(FRAMEWORK.bindings).submodule_search_locations
    for name, module in OF_BINDINGS.items():
        text = (PROJECT / folder / module / "__init__.py").read_text(encoding="utf-8")
        assert re.search(rf"^class {name}\b", text, re.MULTILINE), name


def test_each_class_is_used():
    folders = ("modules", "tests", "tools")
    texts = (path.read_text(encoding="utf-8") for name in folders for path in PROJECT.glob(f"{name}/**/*.py"))
    used = {name for text in texts for name in re.findall(r"\baws\.(\w+)", text)}

    assert set(OF_BINDINGS) <= used
