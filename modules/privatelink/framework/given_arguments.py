"""Send Node only the arguments that the program has set.

A resource or block has dozens of fields, and jsii sends each unset one as None. A missing field means the
same to the bindings, and costs no lookup, no transfer and no parsing.
"""

from collections.abc import Callable

from jsii import _kernel

from privatelink.framework import guard

NAME = "_make_reference_for_native"

Convert = Callable[[object, object], object]
"""Of jsii: takes its kernel and a value, returns the JSON that it sends."""


def _only_given(convert: Convert) -> Convert:
    def convert_given(kernel: object, value: object) -> object:
        # The fields of a block of the bindings that are set, and Node's name for each field.
        given = getattr(value, "_values", None)
        names = getattr(value, "__jsii_name_mapping__", None)
        if given is None and names is None:
            return convert(kernel, value)
        if given is None or names is None:
            guard.stock_way("_values of the bindings" if names else "__jsii_name_mapping__ of the bindings")
            return convert(kernel, value)
        data = {names[name]: convert_given(kernel, part) for name, part in given.items() if part is not None}
        return {"$jsii.struct": {"fqn": getattr(value, "__jsii_type__", None), "data": data}}

    return convert_given


def send_only_given() -> None:
    """Make jsii's kernel leave out unset fields when it converts arguments."""
    convert: Convert | None = getattr(_kernel, NAME, None)
    code = getattr(convert, "__code__", None)
    if convert is None or code is None or code.co_argcount != 2:
        guard.stock_way(f"jsii._kernel.{NAME}")
    else:
        # The function calls itself by this name for the items of lists and mappings.
        setattr(_kernel, NAME, _only_given(convert))
