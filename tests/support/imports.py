"""Who imports whom in the package, read out of the source: imports in functions and for type checkers too."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.support.project import PROJECT

SOURCE = PROJECT / "modules"


def modules(source: Path = SOURCE) -> dict[str, Path]:
    """Every module below a source root, by its dotted name."""
    found = {}
    for path in sorted(source.rglob("*.py")):
        parts = path.relative_to(source).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(source: Path = SOURCE) -> dict[str, set[str]]:
    """The modules below a source root that each of them imports."""
    known = modules(source)
    return {name: set(_imported(path, known)) - {name} for name, path in known.items()}


def _imported(path: Path, known: Mapping[str, Path]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                if name in known:
                    yield name
                elif node.module in known:
                    yield node.module


def circles(arrows: Mapping[str, set[str]]) -> list[list[str]]:
    """The groups of modules that import one another, directly or by way of others."""
    reached = {name: _reached(name, arrows) for name in arrows}
    groups = {
        frozenset(other for other in reached[name] if name in reached[other])
        for name in arrows
        if name in reached[name]
    }
    return [sorted(group) for group in groups]


def _reached(start: str, arrows: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [*arrows[start]]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += arrows[name]
    return found
