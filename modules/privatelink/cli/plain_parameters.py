"""Parameters that are text or paths, and flags that are not given: converted without pydantic.

typer converts each parameter with pydantic, even if it is not given. Importing pydantic and building its
adapters takes a third of the start of a command that needs pydantic for nothing else.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from typer._coercion import RuntimeParam, build_runtime_param
from typer._param_types import coerce_cli_path
from typer.core import TyperArgument, TyperOption

if TYPE_CHECKING:  # private: typer's own copy of click
    from typer._click import Context, Parameter
    from typer.core import _TyperParameter


class _Flag(RuntimeParam):
    def _coerce_value(self, value: object, param: "_TyperParameter", ctx: "Context") -> bool:
        made: bool = build_runtime_param(param.type_descriptor)._coerce_value(value, param, ctx)
        return made


class _Text(RuntimeParam):
    def _coerce_value(self, value: str, param: "_TyperParameter", ctx: "Context") -> str:
        return value


class _Path(RuntimeParam):
    def _coerce_value(
        self, value: str | Path | Sequence[str], param: "_TyperParameter", ctx: "Context"
    ) -> Path | list[Path]:
        if isinstance(value, str | Path):
            return self._one(value, param, ctx)
        return [self._one(each, param, ctx) for each in value]

    def _one(self, value: str | Path, param: "_TyperParameter", ctx: "Context") -> Path:
        # Given a `path_type`, it would convert with pydantic.
        checked = coerce_cli_path(value, self.parameter_info, path_type=None, param=param, ctx=ctx)
        return Path(os.fsdecode(checked))


_KINDS: dict[object, type[RuntimeParam]] = {bool: _Flag, str: _Text, Path: _Path, list[Path]: _Path}


def without_pydantic(parameters: "list[Parameter]") -> "list[Parameter]":
    """Return the parameters of a command; pydantic converts only those of other kinds."""
    for each in parameters:
        if isinstance(each, TyperArgument | TyperOption):
            of = each.type_descriptor
            if of.parameter_info.parser is None and (kind := _KINDS.get(of.annotation)):
                each._runtime_param = kind(of.parameter_info, of.annotation)
    return parameters
