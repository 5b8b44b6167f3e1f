"""The configuration in a plan: the resources that an attribute refers to, and omitted attributes.

The ID of a new resource is unknown in the plan; the configuration shows which resource it belongs to. If an
expression does not refer to exactly one resource, the result is unknown.

https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from privatelink.review.shapes import Key, Value, key_of, mapping, mappings, text


class AnyKey:
    """Every key of `for_each` or `count`."""


ANY_KEY: Final = AnyKey()
Steps: TypeAlias = tuple[tuple[str, Key | AnyKey], ...]
"""The module calls that lead to a module, each with its name and key."""
_TOKEN = re.compile(r'\.?([^.\[]+)(?:\[("(?:[^"\\]|\\.)*"|\d+)\])?')
_OF_ITSELF = ("each", "count", "path", "terraform", "self")
_DEPTH = 12


@dataclass(frozen=True)
class Reference:
    """A resource that an expression refers to; the key `ANY_KEY` means all its instances."""

    module: Steps
    type: str
    name: str
    key: Key | AnyKey = ANY_KEY


class Unresolved(Exception):  # noqa: N818 - not an error: the result is unknown
    """An expression refers to a value that the plan does not describe, such as a local value."""


class Configuration:
    """The configuration in a plan."""

    def __init__(self, document: Mapping[str, Value]) -> None:
        self._root = mapping(document.get("root_module"))
        provider = mapping(mapping(document.get("provider_config")).get("aws"))
        region = mapping(mapping(provider.get("expressions")).get("region"))
        self.region = text(region.get("constant_value"))
        """The Region of the provider; empty if it is not a constant."""
        self._resources: dict[tuple[str, ...], dict[str, Mapping[str, Value]]] = {}

    def omits(self, module: Steps, resource: str, attribute: str) -> bool:
        """Whether the configuration of a resource is in the plan and omits an attribute."""
        found = self._resource(module, resource)
        return found is not None and attribute not in mapping(found.get("expressions"))

    def sets(self, module: Steps, resource: str, attribute: str) -> bool:
        """Whether the configuration of a resource is in the plan and sets the attribute."""
        found = self._resource(module, resource)
        return found is not None and attribute in mapping(found.get("expressions"))

    def references(self, module: Steps, resource: str, key: Key, path: Sequence[str]) -> list[Reference]:
        """Return the resources that an attribute, or one in nested blocks, refers to.

        Raises:
            Unresolved: it also refers to a value that the plan does not describe, such as a local value.
        """
        found = self._resource(module, resource)
        if found is None:
            raise Unresolved
        expressions: list[Value] = [found.get("expressions")]
        for step in path:
            expressions = [
                below
                for block in expressions
                for each in mappings(block)
                if (below := each.get(step)) is not None
            ]
        wanted = {name for each in expressions for one in mappings(each) for name in _names(one)}
        return list(dict.fromkeys(self._follow(wanted, module, key, 0)))

    def _follow(self, names: set[str], module: Steps, key: Key | AnyKey, depth: int) -> Iterator[Reference]:
        if depth > _DEPTH:
            raise Unresolved
        same_key = bool(names & {"each.key", "count.index"})
        for name in sorted(_longest(names)):
            tokens = [(found, key_of(index)) for found, index in _TOKEN.findall(name)]
            head = tokens[0][0] if tokens else ""
            if head in _OF_ITSELF:
                continue
            if head == "var" and len(tokens) > 1 and module:
                above, (called, step_key) = module[:-1], module[-1]
                expression = mapping(self._call(above, called).get("expressions")).get(tokens[1][0])
                yield from self._follow(_names(mapping(expression)), above, step_key, depth + 1)
            elif head == "module" and len(tokens) > 2:
                (called, step_key), (output, _) = tokens[1], tokens[2]
                call = self._call(module, called)
                counted = "count_expression" in call or "for_each_expression" in call
                chosen = (
                    step_key
                    if step_key is not None
                    else ((key if same_key else ANY_KEY) if counted else None)
                )
                outputs = mapping(mapping(call.get("module")).get("outputs"))
                expression = mapping(outputs.get(output)).get("expression")
                below = (*module, (called, chosen))
                yield from self._follow(_names(mapping(expression)), below, None, depth + 1)
            elif head not in ("var", "module", "local", "data") and len(tokens) > 1:
                (kind, _), (resource, index) = tokens[0], tokens[1]
                chosen = index if index is not None else (key if same_key else ANY_KEY)
                yield Reference(module, kind, resource, chosen)
            else:
                raise Unresolved

    def _call(self, module: Steps, called: str) -> Mapping[str, Value]:
        return mapping(
            mapping(self._module(tuple(name for name, _ in module)).get("module_calls")).get(called)
        )

    def _resource(self, module: Steps, resource: str) -> Mapping[str, Value] | None:
        names = tuple(name for name, _ in module)
        if names not in self._resources:
            self._resources[names] = {
                text(item.get("address")): item for item in mappings(self._module(names).get("resources"))
            }
        return self._resources[names].get(resource)

    def _module(self, names: tuple[str, ...]) -> Mapping[str, Value]:
        found = self._root
        for name in names:
            found = mapping(mapping(mapping(found.get("module_calls")).get(name)).get("module"))
        return found


def _names(expression: Mapping[str, Value]) -> set[str]:
    listed = expression.get("references")
    return {name for name in listed if isinstance(name, str)} if isinstance(listed, list) else set()


def _longest(names: set[str]) -> set[str]:
    """Remove prefixes: Terraform lists both `aws_lb.a.arn` and `aws_lb.a`."""
    return {
        name
        for name in names
        if not any(other != name and other.startswith((f"{name}.", f"{name}[")) for other in names)
    }
