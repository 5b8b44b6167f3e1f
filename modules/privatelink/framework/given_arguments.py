"""Send Node the arguments that were given, and no others.

jsii sends each field of a resource or block, dozens of them, as None where it was not given. A missing one
means the same to the bindings, and is neither looked up, sent nor read.
"""

from typing import Any

from jsii import _kernel

from privatelink.framework import guard

NAME = "_make_reference_for_native"

_convert: Any = getattr(_kernel, NAME, None)


def _convert_given(kernel: Any, value: Any) -> Any:  # noqa: ANN401
    # What a block of the bindings was given, and what Node calls each.
    given = getattr(value, "_values", None)
    names = getattr(value, "__jsii_name_mapping__", None)
    if given is None and names is None:
        return _convert(kernel, value)
    if given is None or names is None:
        guard.stock_way("_values of the bindings" if names else "__jsii_name_mapping__ of the bindings")
        return _convert(kernel, value)
    data = {names[name]: _convert_given(kernel, part) for name, part in given.items() if part is not None}
    return {"$jsii.struct": {"fqn": value.__jsii_type__, "data": data}}


def send_only_given() -> None:
    """Have jsii convert arguments so, whoever calls it."""
    code = getattr(_convert, "__code__", None)
    if code is None or code.co_argcount != 2:  # of the kernel and the value
        guard.stock_way(f"jsii._kernel.{NAME}")
    else:
        # It calls itself by this name, for what lies within lists and mappings.
        setattr(_kernel, NAME, _convert_given)
