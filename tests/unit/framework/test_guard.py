"""What is said where a name is gone: once for each, and with the name."""

import warnings

from privatelink.framework import guard


def test_each_name_is_said_once(monkeypatch):
    monkeypatch.setattr(guard, "_said", set())

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        for name in ("jsii._one", "jsii._two", "jsii._one"):
            guard.stock_way(name)

    assert [warning.category for warning in said] == [RuntimeWarning] * 2
    assert [str(warning.message).split()[0] for warning in said] == ["jsii._one", "jsii._two"]
