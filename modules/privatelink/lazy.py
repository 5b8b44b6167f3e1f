"""A value of an object that is computed when it is first read, also if several threads read it."""

import threading
from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

Value = TypeVar("Value")


class lazy(Generic[Value]):  # noqa: N801 - a decorator, as functools.cached_property
    """Compute a property once, and keep its value in the object; a failure is not kept.

    Threads that read the property of one object wait for the first of them; those that read it of different
    objects do not wait for each other. `functools.cached_property` has one lock for all objects in Python
    3.11, and none in later versions:
    https://docs.python.org/3/library/functools.html#functools.cached_property

    Arguments:
        compute: returns the value.
    """

    def __init__(self, compute: Callable[[Any], Value]) -> None:
        self._compute = compute
        self._name = ""
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        """Remember the name of the property."""
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type) -> Value: ...

    def __get__(self, instance: object | None, owner: type) -> Self | Value:
        """Return the value; this is called only until the object has it."""
        if instance is None:
            return self
        values = vars(instance)
        with values.setdefault(f"_lock of {self._name}", threading.RLock()):
            if self._name not in values:
                values[self._name] = self._compute(instance)
            value: Value = values[self._name]
            return value
