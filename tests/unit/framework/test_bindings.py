"""The bindings without their checks: only where that is asked for."""

import typing

from privatelink.framework import aws, bindings


class Used:
    """As a module of the bindings has it: its functions' globals are that module's."""

    def __init__(self):
        pass


def test_only_a_class_with_both_names_skips_its_checks(monkeypatch, recwarn):
    monkeypatch.setitem(globals(), "check_type", "its own")
    monkeypatch.setitem(globals(), "typing", typing)

    bindings._skip_checks(Used)

    assert check_type("x", 1, str) == 1  # noqa: F821  (given by the bindings' module)
    assert typing.get_type_hints(Used.__init__)["x"] is None
    assert typing.Sequence[int] is None
    assert not recwarn


def test_nothing_else_sees_the_other_typing():
    import typing as real

    assert type(real) is not bindings._Typing
    assert aws.Vpc.__init__.__globals__["typing"] is real
