"""Python and the extras."""

from privatelink.doctor.installation import extra, python

NEEDS = {"synth": ("synth",), "demo": ("synth", "sandbox"), "sandbox": ("sandbox",)}


def test_this_python_is_new_enough() -> None:
    assert python().state == "ok"


def test_an_old_python() -> None:
    found = python((3, 10))
    assert (found.state, found.found) == ("missing", "3.10")
    assert "3.11" in found.fix


def test_an_extra_that_is_installed() -> None:
    found = extra("synth", ["json", "re"], NEEDS)
    assert (found.state, found.fix, found.needed_for) == ("ok", "", ("synth", "demo"))


def test_an_extra_that_is_not() -> None:
    found = extra("sandbox", ["json", "no_such_package"], NEEDS)
    assert (found.state, found.found) == ("missing", "not installed (no_such_package)")
    assert found.fix == "pip install 'privatelink[sandbox]'"
    assert found.needed_for == ("demo", "sandbox")
