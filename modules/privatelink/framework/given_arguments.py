"""Send Node the arguments that were given, and no others.

jsii sends each field of a resource or block, dozens of them, as None where it was not given. A missing one
means the same to the bindings, and is neither looked up, sent nor read.
"""

from typing import Any

from jsii import _kernel

_convert = _kernel._make_reference_for_native


def _convert_given(kernel: Any, value: Any) -> Any:  # noqa: ANN401
    given = getattr(value, "_values", None)
    names = getattr(value, "__jsii_name_mapping__", None)
    if not isinstance(given, dict) or names is None:
        return _convert(kernel, value)
    data = {names[name]: _convert_given(kernel, part) for name, part in given.items() if part is not None}
    return {"$jsii.struct": {"fqn": value.__jsii_type__, "data": data}}


def send_only_given() -> None:
    """Have jsii convert arguments so, whoever calls it."""
    # It calls itself by this name, for what lies within lists and mappings.
    _kernel._make_reference_for_native = _convert_given  # type: ignore[assignment]
