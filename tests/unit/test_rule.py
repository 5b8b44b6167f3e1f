"""Rules as data, and their messages in the syntax of each reader."""

import pytest

from privatelink.rule import KEY, PYTHON, YAML, Broken, Field, Hcl, Message, Rule, Setting, is_bare

HCL = Hcl()
LISTENER = Rule(
    "listener",
    what="{field} of a {protocol} listener",
    allowed="only with {.protocol=TLS}",
    fix="remove it, or set {.protocol=TLS}; see {.health_check.port}",
    why="Only a TLS listener decrypts traffic.",
    page="https://docs.aws.amazon.com/",
)
PLAIN = Rule("plain", what="wrong", allowed="right", fix="correct it", why="-", page="-")


def rule(fix):
    return Rule("case", what="-", allowed="-", fix=fix, why="-", page="-")


def fix_of(template, syntax, **parameters):
    return rule(template).broken(**parameters).message(syntax).fix


# ---- one rule, three readers


@pytest.mark.parametrize(
    ("syntax", "allowed", "fix"),
    [
        (
            YAML,
            "only with `protocol: TLS`",
            "remove it, or set `protocol: TLS`; see `health_check.port`",
        ),
        (
            HCL,
            'only with `protocol = "TLS"`',
            'remove it, or set `protocol = "TLS"`; see `health_check.port`',
        ),
        (
            PYTHON,
            'only with `protocol="TLS"`',
            'remove it, or set `protocol="TLS"`; see `health_check.port`',
        ),
    ],
    ids=["YAML", "HCL", "Python"],
)
def test_each_reader_has_its_own_syntax(syntax, allowed, fix):
    broken = LISTENER.broken(field=Field("ssl_policy"), protocol="TCP")

    assert broken.message(syntax) == Message("`ssl_policy` of a TCP listener", "", allowed, fix, "listener")


# A value as YAML writes it, in HCL and in Python.
VALUES = {
    "TLS": ('"TLS"', '"TLS"'),
    "true": ("true", "True"),
    "false": ("false", "False"),
    "80": ("80", "80"),
    "[80, 443]": ("[80, 443]", "[80, 443]"),
    "arn:aws:iam::111122223333:root": (
        '"arn:aws:iam::111122223333:root"',
        '"arn:aws:iam::111122223333:root"',
    ),
    "a=b": ('"a=b"', '"a=b"'),
}


@pytest.mark.parametrize(("value", "hcl", "python"), [(each, *VALUES[each]) for each in VALUES], ids=VALUES)
def test_a_value_in_a_setting(value, hcl, python):
    template = f"set {{.some.field={value}}}"

    assert fix_of(template, YAML) == f"set `some.field: {value}`"
    assert fix_of(template, HCL) == f"set `some.field = {hcl}`"
    assert fix_of(template, PYTHON) == f"set `some.field={python}`"


def test_a_setting_as_a_parameter_is_written_as_one_in_the_template():
    for syntax in (YAML, HCL, PYTHON):
        computed = fix_of("set {setting}", syntax, setting=Setting("cross_zone", "true"))

        assert computed == fix_of("set {.cross_zone=true}", syntax)


def test_a_module_has_names_of_its_own():
    module = Hcl({"load_balancer.name": "name", "network.zones": "subnets"})

    assert fix_of("set {.load_balancer.name=shop}, or {.network.zones}, or {.tags}", module) == (
        'set `name = "shop"`, or `subnets`, or `tags`'
    )
    assert fix_of("set {field}", module, field=Field("network.zones")) == "set `subnets`"


@pytest.mark.parametrize(
    ("value", "bare"),
    [("true", True), ("false", True), ("80", True), ("[]", True), ("{}", True), ("True", False), ("", False)],
)
def test_values_without_quotes(value, bare):
    assert is_bare(value) is bare


# ---- templates


def test_doubled_braces_are_braces():
    assert fix_of("use {{zone}}", YAML) == "use {zone}"


def test_a_parameter_is_no_template():
    assert fix_of("use {text}", YAML, text="{zone} and {.field=x}") == "use {zone} and {.field=x}"


def test_a_list_is_written_with_commas_and_its_fields_in_the_readers_syntax():
    assert fix_of("one of {values}", HCL, values=["a", 7, Field("b"), Setting("c", "d")]) == (
        'one of a, 7, `b`, `c = "d"`'
    )


# ---- parameters


def test_the_parameters_of_all_three_texts():
    several = Rule(
        "several", what="{one}", allowed="{two} of {one}", fix="{.three=x} {four}", why="-", page="-"
    )

    assert several.parameters == {"one", "two", "four"}
    assert PLAIN.parameters == frozenset()


@pytest.mark.parametrize(
    "parameters", [{}, {"field": "a"}, {"field": "a", "protocol": "TCP", "port": 80}], ids=str
)
def test_a_parameter_too_many_or_too_few_is_an_error(parameters):
    with pytest.raises(TypeError, match=r"listener takes \['field', 'protocol'\], not \["):
        LISTENER.broken(**parameters)


def test_a_fixed_parameter_is_given_once():
    of_tcp = LISTENER.with_fixed(protocol="TCP")

    assert of_tcp.parameters == {"field"}
    assert of_tcp.broken(field=Field("alpn_policy")).message(YAML).what == "`alpn_policy` of a TCP listener"
    with pytest.raises(TypeError):
        of_tcp.broken(field=Field("alpn_policy"), protocol="UDP")


def test_parameters_are_fixed_one_after_another():
    all_fixed = LISTENER.with_fixed(protocol="TCP").with_fixed(field="certificate")

    assert all_fixed.parameters == frozenset()
    assert all_fixed.broken().message(YAML).what == "certificate of a TCP listener"
    assert LISTENER.parameters == {"field", "protocol"}


def test_a_rule_with_fixed_parameters_is_the_same_rule():
    assert LISTENER.with_fixed(protocol="TCP") == LISTENER


# ---- cases


def test_a_case_has_its_place_and_what_is_given():
    assert PLAIN.broken(at=("zones", 0, KEY), given="seoul") == Broken(PLAIN, ("zones", 0, KEY), "seoul")


def test_what_is_given_is_in_the_message():
    assert (
        str(PLAIN.broken(given='"x"').message(YAML)) == 'wrong: "x" (allowed: right; fix: correct it) [plain]'
    )
    assert str(PLAIN.broken(given="").message(YAML)) == "wrong (allowed: right; fix: correct it) [plain]"


def test_a_warning_allows_anything():
    warning = Rule("warn", what="one zone", allowed="", fix="add one", why="-", page="-", severity="warning")

    assert str(warning.broken().message(YAML)) == "one zone (fix: add one) [warn]"
    assert (warning.severity, PLAIN.severity) == ("warning", "error")


def test_a_case_reads_as_python_in_a_traceback():
    broken = LISTENER.broken(field=Field("ssl_policy"), protocol="TCP")

    assert str(broken) == str(broken.message(PYTHON))


def test_a_case_of_a_part_is_placed_below_the_path_of_the_part():
    rule = Rule("a", what="w", allowed="", fix="f", why="y", page="https://example.com")
    broken = rule.broken(at=("port",), given="80")

    assert broken.below("listeners", 0) == rule.broken(at=("listeners", 0, "port"), given="80")
