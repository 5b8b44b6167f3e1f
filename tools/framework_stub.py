"""Write the stub of `privatelink.framework.aws`: `python -m tools.framework_stub` (`make stub`).

`aws.py` imports each class on first use, so type checkers cannot see the classes. The stub `aws.pyi` has each
class with its arguments and attributes, from the source of the installed bindings.
"""

import ast
import functools
import importlib.util
import subprocess
import sys
from pathlib import Path

from privatelink.framework.choice import FRAMEWORKS
from privatelink.framework.classes import OF_BINDINGS, OF_FRAMEWORK

STUB = Path(__file__).resolve().parents[1] / "modules/privatelink/framework/aws.pyi"

# cdktn has the same classes.
FRAMEWORK = FRAMEWORKS["cdktf"]

# The meta-arguments of every resource and data source, written once:
# https://developer.hashicorp.com/terraform/language/meta-arguments
META_ARGUMENTS = (
    "connection",
    "count",
    "depends_on",
    "for_each",
    "lifecycle",
    "provider",
    "provisioners",
)

HEADER = '''\
# ruff: noqa: A002, E501  (names of the bindings)
"""The types of `aws.py`, written by `make stub` from the installed bindings; do not edit.

An argument that is a block takes the block's class, so that its arguments are checked too, or a dict if
`classes.py` does not list that class. An attribute that is a block has the framework's own base class.
Methods that change a resource afterwards (`put_…`, `reset_…`) are left out.
"""

from collections.abc import Mapping, Sequence
from typing import TypedDict, Unpack

from constructs import Construct as Construct
'''

PLAIN = {
    "builtins.bool": "bool",
    "builtins.str": "str",
    "jsii.Number": "float",
    "typing.Any": "object",
    "typing.Dict": "dict",
    "typing.List": "list",
    "typing.Mapping": "Mapping",
    "typing.Sequence": "Sequence",
}
NOT_OFFERED = "object"
DICT = "dict[str, object]"


def stub() -> str:
    """Return the text of the stub, formatted.

    Raises:
        LookupError: the bindings do not have a class.
    """
    types = _Types()
    classes = [_class(_definition(name), types) for name in OF_BINDINGS]
    resource = next(found for found in map(_definition, OF_BINDINGS) if _has_meta_arguments(found))
    arguments = {argument.arg: argument for argument, _ in _arguments(resource)}
    meta = ["class _MetaArguments(TypedDict, total=False):"]
    meta += [f"    {name}: {types.written(arguments[name].annotation)}" for name in META_ARGUMENTS]
    offered = [f"from {FRAMEWORK.package} import {name} as {name}" for name in OF_FRAMEWORK]
    # Not offered: names in a stub are private unless they are imported as themselves.
    used = [f"from {FRAMEWORK.package} import {name}" for name in sorted(types.used - {*OF_FRAMEWORK})]
    text = "\n\n".join([HEADER + "\n".join([*offered, *used]), "\n".join(meta), *classes])
    return _ruff(_ruff(text, "check", "--quiet", "--fix-only", "--select", "I"), "format")


def _ruff(text: str, *command: str) -> str:
    """Return the text formatted like the rest of the code."""
    return subprocess.run(
        [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(STUB), "-"],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@functools.cache
def _module(name: str) -> dict[str, ast.ClassDef]:
    """Return the classes of a module of the bindings, from its source: importing it would start Node."""
    spec = importlib.util.find_spec(FRAMEWORK.bindings)
    if spec is None or spec.origin is None:
        raise LookupError(f"{FRAMEWORK.bindings} is not installed; run: {FRAMEWORK.installed_by}")
    source = Path(spec.origin).with_name(name).joinpath("__init__.py").read_text(encoding="utf-8")
    return {node.name: node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)}


def _definition(name: str) -> ast.ClassDef:
    return _module(OF_BINDINGS[name])[name]


@functools.cache
def _base(name: str) -> ast.expr | None:
    """Return the base class of a class that is not offered; None for a block, which is a plain value."""
    definition = next(found[name] for module in OF_BINDINGS.values() if name in (found := _module(module)))
    return definition.bases[0] if definition.bases else None


def _constructor(definition: ast.ClassDef) -> ast.arguments:
    return next(
        node.args for node in definition.body if isinstance(node, ast.FunctionDef) and node.name == "__init__"
    )


def _arguments(definition: ast.ClassDef) -> list[tuple[ast.arg, ast.expr | None]]:
    """Return the keyword arguments of a constructor, each with its default."""
    constructor = _constructor(definition)
    return list(zip(constructor.kwonlyargs, constructor.kw_defaults, strict=True))


def _attributes(definition: ast.ClassDef) -> list[ast.FunctionDef]:
    """Return the properties, without `<name>_input`, which repeats an argument."""
    return [
        node
        for node in definition.body
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(decorator) == "builtins.property" for decorator in node.decorator_list)
        and not node.name.endswith("_input")
    ]


def _has_meta_arguments(definition: ast.ClassDef) -> bool:
    return {*META_ARGUMENTS} <= {argument.arg for argument, _ in _arguments(definition)}


def _class(definition: ast.ClassDef, types: "_Types") -> str:
    base = types.written(definition.bases[0]) if definition.bases else None
    has_meta = _has_meta_arguments(definition)
    lines = [f"class {definition.name}({base}):" if base else f"class {definition.name}:"]
    # A class without a base is a block: it is only passed as an argument, so its attributes are not needed.
    if base:
        lines += [f"    {read.name}: {types.written(read.returns)}" for read in _attributes(definition)]
    lines += ["    def __init__(", "        self,"]
    lines += [
        f"        {argument.arg}: {types.written(argument.annotation)},"
        for argument in _constructor(definition).args[1:]
    ]
    lines.append("        *,")
    for argument, default in _arguments(definition):
        if not (has_meta and argument.arg in META_ARGUMENTS):
            optional = " = ..." if default else ""
            lines.append(f"        {argument.arg}: {types.written(argument.annotation)}{optional},")
    if has_meta:
        lines.append("        **meta: Unpack[_MetaArguments],")
    return "\n".join([*lines, "    ) -> None: ..."])


class _Types:
    """Writes types of the bindings, and collects the classes of the framework that they use."""

    def __init__(self) -> None:
        self.used: set[str] = set()

    def written(self, annotation: ast.expr | None) -> str:
        """Return a type in the syntax of the stub."""
        if annotation is None:
            return NOT_OFFERED
        kinds = list(dict.fromkeys(self._alternatives(annotation)))
        # A block is its class, or a dict if the class is not offered.
        if any(kind in OF_BINDINGS or kind in self.used - {"IResolvable"} for kind in kinds):
            kinds = [kind for kind in kinds if kind != DICT]
        return " | ".join(sorted(kinds, key="None".__eq__))

    def _alternatives(self, annotation: ast.expr) -> list[str]:
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            return self._alternatives(ast.parse(annotation.value, mode="eval").body)
        if isinstance(annotation, ast.Subscript):
            kind = ast.unparse(annotation.value)
            inner = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
            if kind == "typing.Optional":
                return [*self._alternatives(inner[0]), "None"]
            if kind == "typing.Union":
                return self._union(inner)
            return [f"{PLAIN[kind]}[{', '.join(self.written(each) for each in inner)}]"]
        name = ast.unparse(annotation)
        if name in PLAIN:
            return [PLAIN[name]]
        if isinstance(annotation, ast.Attribute) and annotation.attr == "Construct":
            return ["Construct"]
        if isinstance(annotation, ast.Attribute) and name.startswith(f"_{FRAMEWORK.package}_"):
            self.used.add(annotation.attr)
            return [annotation.attr]
        if name in OF_BINDINGS:
            return [name]
        base = _base(name)
        return self._alternatives(base) if base else [NOT_OFFERED]

    def _union(self, kinds: list[ast.expr]) -> list[str]:
        found = [each for kind in kinds for each in self._alternatives(kind)]
        # Without the type of a block that is not offered: a dict is used instead.
        return [each for each in found if each != NOT_OFFERED] if DICT in found else found


def main() -> None:
    """Write the stub."""
    STUB.write_text(stub(), encoding="utf-8")


if __name__ == "__main__":
    main()
