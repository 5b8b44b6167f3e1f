"""Text and paths on the command line are converted as typer converts them, without pydantic."""

import pytest
from typer._click.core import Context
from typer._click.exceptions import BadParameter
from typer._coercion import build_runtime_param

from privatelink.cli import app
from privatelink.cli.plain_parameters import _Flag, _Path, _Text

COMMANDS = {name: app.load(name) for name in app.COMMANDS}
PLAIN = [
    (name, parameter)
    for name, command in COMMANDS.items()
    for parameter in command.get_params(Context(command))
    if isinstance(parameter._runtime_param, _Flag | _Text | _Path)
]


def converted(by, parameter, command, value):
    try:
        return by.coerce(value, param=parameter, ctx=Context(command))
    except BadParameter as error:
        return error.format_message()


@pytest.mark.parametrize(("name", "parameter"), PLAIN, ids=lambda value: getattr(value, "name", value))
@pytest.mark.parametrize("text", [None, "", "-", "plan.json", "a folder/ü", "1", ".", "off"])
def test_the_value_is_the_one_that_typer_makes(name, parameter, text):
    values = [text, "other"] if text is not None and parameter.nargs == -1 else text
    expected = converted(build_runtime_param(parameter.type_descriptor), parameter, COMMANDS[name], values)

    found = converted(parameter._runtime_param, parameter, COMMANDS[name], values)

    assert found == expected
    assert type(found) is type(expected)


def test_a_file_that_cannot_be_read_is_refused_as_typer_does(tmp_path, monkeypatch):
    (tmp_path / "plan.json").write_text("{}")
    monkeypatch.setattr("os.access", lambda path, mode: False)
    command = COMMANDS["review"]
    plans = next(each for each in command.get_params(Context(command)) if each.name == "plans")
    value = [str(tmp_path / "plan.json")]
    expected = converted(build_runtime_param(plans.type_descriptor), plans, command, value)

    assert converted(plans._runtime_param, plans, command, value) == expected
    assert "is not readable" in expected


def test_the_parameters_of_the_review_are_plain():
    names = {parameter.name for name, parameter in PLAIN if name == "review"}

    assert {
        "plans",
        "policy",
        "policy_from",
        "region",
        "profile",
        "markdown",
        "json",
        "sarif",
        "strict",
    } <= names
