"""What `privatelink` exports is documented, name by name, and sufficient to call it."""

import ast
import dataclasses
import inspect
import re
import textwrap
from collections.abc import Collection, Iterator
from typing import Any, Protocol, get_args, get_type_hints

import pytest
from pydantic import BaseModel

import privatelink
from privatelink.constructs.component import Component

EXPORTED = {name: getattr(privatelink, name) for name in privatelink.__all__ if name != "aws"}
CLASSES = {
    name: found
    for name, found in EXPORTED.items()
    if inspect.isclass(found) and not issubclass(found, BaseModel | Exception)
}
FUNCTIONS = {name: found for name, found in EXPORTED.items() if inspect.isfunction(found)}


def section(docstring: str | None, title: str) -> dict[str, str]:
    """The names of a section of a docstring, each with the first line of its text."""
    found = re.search(rf"^ *{title}:\n((?: +.+\n)+)", f"{inspect.cleandoc(docstring or '')}\n", re.MULTILINE)
    return dict(re.findall(r"^    (\w+): (.+)$", found[1] if found else "", re.MULTILINE))


def methods(found: type) -> dict[str, Any]:
    """The public methods that a class defines, as functions."""
    members = {name: inspect.unwrap(getattr(found, name)) for name in vars(found) if not name.startswith("_")}
    return {name: member for name, member in members.items() if inspect.isroutine(member)}


def arguments(function: Any, but: Collection[str] = ("self",)) -> set[str]:
    return inspect.signature(function).parameters.keys() - but


def attributes(found: type) -> set[str]:
    """The public attributes that a class defines, besides properties and the arguments of a dataclass."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(found))).body
    assert isinstance(tree, ast.ClassDef)
    names = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and ast.unparse(node.value) == "self"
    }
    names |= {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return {name for name in names if not name.startswith("_")}


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_a_class_says_what_each_argument_is(name):
    found = CLASSES[name]
    if "__init__" not in vars(found) or Protocol in found.__bases__:
        return
    # `Component` and `PrivateLinkStack` say what every construct and every stack has.
    known = () if dataclasses.is_dataclass(found) else ("scope", "id")
    assert section(found.__doc__, "Arguments").keys() >= arguments(found.__init__, {"self", *known})


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_a_class_says_what_each_attribute_is(name):
    found = CLASSES[name]
    properties = {
        name: member
        for name, member in vars(found).items()
        if isinstance(member, property) and not name.startswith("_")
    }

    assert section(found.__doc__, "Attributes").keys() >= attributes(found)
    assert [name for name, member in properties.items() if not member.__doc__] == []


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_a_method_says_what_each_argument_is(name):
    found = CLASSES[name]
    for name, method in methods(found).items():
        said: set[str] = set()  # here, or by the class that declares the method
        for above in found.__mro__:
            said |= section(getattr(above, name, method).__doc__, "Arguments").keys()
        assert said >= arguments(method), name


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_function_says_what_each_argument_is(name):
    function = FUNCTIONS[name]

    assert section(function.__doc__, "Arguments").keys() >= arguments(function)


@pytest.mark.parametrize(
    "name",
    [name for name, found in CLASSES.items() if issubclass(found, Component) and found is not Component],
)
def test_a_construct_names_the_page_that_it_follows_and_the_errors_that_it_raises(name):
    found = CLASSES[name]

    assert re.search(r"^https://\S+$", inspect.cleandoc(found.__doc__), re.MULTILINE)
    assert ("raise ValueError" in inspect.getsource(found)) == (
        "Raises:\n    ValueError: " in inspect.getdoc(found)
    )


def types(annotation: Any) -> Iterator[type]:
    """The types in an annotation, those inside others too."""
    if inspect.isclass(annotation):
        yield annotation
    for inner in get_args(annotation):
        yield from types(inner)


# What `Topology.resolve` returns, for the stacks of a topology; no program makes one.
RESOLVED = "privatelink.topology.resolved"


@pytest.mark.parametrize("name", sorted({**CLASSES, **FUNCTIONS}))
def test_the_types_of_arguments_are_exported(name):
    found = EXPORTED[name]
    called = [found.__init__, *methods(found).values()] if inspect.isclass(found) else [found]
    used = {
        kind
        for function in called
        if inspect.isroutine(function) and hasattr(function, "__annotations__")
        for argument, annotation in get_type_hints(function).items()
        if argument != "return"
        for kind in types(annotation)
        if kind.__module__.startswith("privatelink.") and kind.__module__ != RESOLVED
    }

    assert used <= set(EXPORTED.values())
