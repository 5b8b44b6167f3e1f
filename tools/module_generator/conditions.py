"""The topology's rules as conditions of Terraform, each with a value that breaks it."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args, get_origin

from privatelink.facts import (
    FIRST_PORT,
    LARGEST_NETWORK,
    LAST_PORT,
    LOG_RETENTION_DAYS,
    LONGEST_DNS_LABEL,
    SMALLEST_NETWORK,
)
from privatelink.rule import Broken, Rule
from privatelink.topology.broken import Check
from privatelink.topology.file import VALUE_UNKNOWN
from privatelink.topology.types.addresses import IPV4_ADDRESS, parse_address
from privatelink.topology.types.auto_scaling_group_names import NAME as GROUP_NAME
from privatelink.topology.types.buckets import BUCKET_NAME, LOG_PREFIX
from privatelink.topology.types.cidrs import HOST_BITS, IPV6, MALFORMED, NETWORK_SIZE, NO_PREFIX, parse_cidr
from privatelink.topology.types.clients import IPV6_CIDR, parse_client
from privatelink.topology.types.dns_names import (
    CAPITALS,
    LABEL_LENGTH,
    PRIVATE_DNS_NAME,
    TRAILING_DOT,
    WILDCARD,
)
from privatelink.topology.types.ids import (
    PREFIX_LIST_ID,
    PREFIX_LIST_ID_PATTERN,
    SECURITY_GROUP_ID,
    SECURITY_GROUP_ID_PATTERN,
)
from privatelink.topology.types.lists import EMPTY, TOO_MANY, TWICE
from privatelink.topology.types.load_balancer_names import HYPHEN, INTERNAL, NAME
from privatelink.topology.types.numbers import OUT_OF_RANGE
from privatelink.topology.types.patterns import TOO_LONG
from privatelink.topology.types.ports import OVERLAP, PORT, RANGE_FORMAT, RANGE_ORDER, parse_ports
from privatelink.topology.types.retention import LOG_RETENTION

# Terraform's regular expressions count to a thousand, and a path has up to 1023 characters after its slash:
# https://github.com/google/re2/wiki/Syntax
_UP_TO_1023 = "{0,1023}"


@dataclass(frozen=True)
class Condition:
    """A rule in Terraform.

    Arguments:
        rule: the rule.
        holds: the expression that is true of a good value.
        bad: a value that breaks it.
        given: the value at fault, as a template; empty for none.
        parameters: the rule's open parameters, as expressions.
        each: what `item` in the expressions goes through; empty for nothing.
    """

    rule: Rule
    holds: str
    bad: Any
    given: str
    parameters: Mapping[str, str]
    each: str = ""

    @property
    def broken(self) -> Broken:
        """The rule as broken by the value that Terraform has; raises TypeError without a parameter."""
        templates: dict[str, Any] = {name: f"${{{found}}}" for name, found in self.parameters.items()}
        return self.rule.broken(given=self.given, **templates)


def _text(rule: Rule, value: str, holds: str, bad: Any, **parameters: str) -> Condition:  # noqa: ANN401
    return Condition(rule, holds, bad, f'"${{{value}}}"', parameters)


def _number(rule: Rule, value: str, holds: str, bad: int, **parameters: str) -> Condition:
    return Condition(rule, holds, bad, f"${{{value}}}", parameters)


def _list(rule: Rule, given: str, holds: str, **parameters: str) -> Condition:
    return Condition(rule, holds, [], given, parameters)


def _label_lengths(value: str) -> str:
    return f'max([for label in split(".", {value}) : length(label)]...)'


def _is_address(value: str) -> str:
    return f'can(cidrhost("${{{value}}}/32", 0))'


def _prefix(value: str) -> str:
    return f'split("/", {value})[1]'


def _first(ports: str) -> str:
    return f'tonumber(split("-", {ports})[0])'


def _last(ports: str) -> str:
    return f'tonumber(reverse(split("-", {ports}))[0])'


def _overlap(rule: Rule, value: str) -> Condition:
    """Return the condition of two ranges of ports, of which the first has the lower first port."""
    one, other = "item[0]", "item[1]"
    apart = f"{_first(one)} > {_first(other)} || {_first(other)} > {_last(one)}"
    return Condition(
        rule,
        f"{one} == {other} || try({apart}, true)",
        ["80-90", "85"],
        f"${{{other}}}",
        {"other": one, "joined": f'"${{{_first(one)}}}-${{max({_last(one)}, {_last(other)})}}"'},
        each=f"setproduct({value}, {value})",
    )


def _twice(value: str) -> str:
    counted = f"length([for other in {value} : 0 if other == one])"
    return f'${{join(", ", distinct([for one in {value} : one if {counted} > 1]))}}'


_LABEL = "[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_KEY = "[A-Za-z0-9!_.*'()-]+"
# By the rule's ID. Of a value that other rules of the same kind refuse, each one is silent.
_CONDITIONS: Mapping[str, Callable[[Rule, str], Condition]] = {
    TOO_LONG.id: lambda rule, value: _text(
        rule,
        value,
        f"length({value}) <= {rule.fixed['longest']}",
        "a" * (int(str(rule.fixed["longest"])) + 1),
        length=f"length({value})",
    ),
    OUT_OF_RANGE.id: lambda rule, value: _number(
        rule,
        value,
        f"{value} >= {rule.fixed['lowest']} && {value} <= {rule.fixed['highest']}",
        int(str(rule.fixed["highest"])) + 1,
        nearest=f"min(max({value}, {rule.fixed['lowest']}), {rule.fixed['highest']})",
    ),
    PORT.id: lambda rule, value: _number(
        rule, value, f"{value} >= {FIRST_PORT} && {value} <= {LAST_PORT}", FIRST_PORT - 1
    ),
    OVERLAP.id: _overlap,
    VALUE_UNKNOWN.id: lambda rule, value: _text(
        rule, value, f"contains({json.dumps(rule.fixed['values'])}, {value})", "other"
    ),
    TWICE.id: lambda rule, value: _list(rule, _twice(value), f"length(distinct({value})) == length({value})"),
    GROUP_NAME.id: lambda rule, value: _text(
        rule, value, f'can(regex("^[!-9;-z|~]{{1,255}}$", {value}))', "my group"
    ),
    BUCKET_NAME.id: lambda rule, value: _text(
        rule,
        value,
        f'can(regex("^[a-z0-9][a-z0-9.-]{{1,61}}[a-z0-9]$", {value})) && !can(regex('
        rf'"^(xn--|sthree-|([0-9]+\\.){{3}}[0-9]+$)|\\.\\.|(-s3alias|--ol-s3)$", {value}))',
        "s3://logs",
    ),
    LOG_PREFIX.id: lambda rule, value: _text(
        rule,
        value,
        f'can(regex("^{_KEY}(/{_KEY})*$", {value})) && !strcontains({value}, "AWSLogs")',
        "team/AWSLogs",
    ),
    LOG_RETENTION.id: lambda rule, value: _number(
        rule,
        value,
        f"contains({list(LOG_RETENTION_DAYS)}, {value})",
        2,
        nearest=f"element([for days in {list(LOG_RETENTION_DAYS)} : days if abs(days - {value}) == "
        f"min([for other in {list(LOG_RETENTION_DAYS)} : abs(other - {value})]...)], 0)",
    ),
    EMPTY.id: lambda rule, value: _list(rule, "", f"length({value}) > 0"),
    TOO_MANY.id: lambda rule, value: _list(
        rule,
        "",
        f"length({value}) <= {rule.fixed['most']}",
        number=f"length({value})",
        excess=f"length({value}) - {rule.fixed['most']}",
    ),
    IPV4_ADDRESS.id: lambda rule, value: _text(rule, value, _is_address(value), "10.0.0.256"),
    IPV6.id: lambda rule, value: _text(rule, value, f'!strcontains({value}, ":")', "2001:db8::/56"),
    NO_PREFIX.id: lambda rule, value: _text(rule, value, f"!{_is_address(value)}", "10.0.0.0", address=value),
    MALFORMED.id: lambda rule, value: _text(
        rule,
        value,
        f'can(cidrhost({value}, 0)) || {_is_address(value)} || strcontains({value}, ":")',
        "10.0.0.0/33",
    ),
    HOST_BITS.id: lambda rule, value: _text(
        rule,
        value,
        f"try(cidrsubnet({value}, 0, 0) == {value}, true)",
        "10.0.0.1/16",
        network=f"try(cidrsubnet({value}, 0, 0), {value})",
    ),
    NETWORK_SIZE.id: lambda rule, value: _text(
        rule,
        value,
        f"try({_prefix(value)} >= {LARGEST_NETWORK} && {_prefix(value)} <= {SMALLEST_NETWORK}, true)",
        "10.0.0.0/8",
        prefix=f'try({_prefix(value)}, "")',
    ),
    IPV6_CIDR.id: lambda rule, value: _text(rule, value, f"can(cidrhost({value}, 0))", "2001:db8::/129"),
    INTERNAL.id: lambda rule, value: _text(rule, value, f'!startswith({value}, "internal-")', "internal-a"),
    HYPHEN.id: lambda rule, value: _text(
        rule, value, f'!startswith({value}, "-") && !endswith({value}, "-")', "shop-"
    ),
    NAME.id: lambda rule, value: _text(rule, value, f'can(regex("^[A-Za-z0-9-]+$", {value}))', "shop_nlb"),
    CAPITALS.id: lambda rule, value: _text(
        rule, value, f"lower({value}) == {value}", "API.example.com", lower=f"lower({value})"
    ),
    TRAILING_DOT.id: lambda rule, value: _text(rule, value, f'!endswith({value}, ".")', "api.example.com."),
    LABEL_LENGTH.id: lambda rule, value: _text(
        rule,
        value,
        f"{_label_lengths(value)} <= {LONGEST_DNS_LABEL}",
        "a" * (LONGEST_DNS_LABEL + 1) + ".example.com",
        length=_label_lengths(value),
    ),
    WILDCARD.id: lambda rule, value: _text(
        rule, value, f'!strcontains(trimprefix({value}, "*."), "*")', "api.*.example.com"
    ),
    PRIVATE_DNS_NAME.id: lambda rule, value: _text(
        rule,
        value,
        rf'can(regex("^({_LABEL}\\.)+{_LABEL}$", '
        f'lower(replace(trimsuffix(trimprefix({value}, "*."), "."), "*", "x"))))',
        "example",
    ),
}


def condition(rule: Rule, value: str) -> Condition:
    """Return a rule's condition for the value of an expression.

    Raises KeyError for a rule that has none.
    """
    return _CONDITIONS[rule.id](rule, value)


def matching(rule: Rule, pattern: str, value: str) -> Condition:
    """Return the condition that a value matches a regular expression."""
    holds = f"can(regex({json.dumps(pattern.replace(_UP_TO_1023, '*'))}, {value}))"
    if _UP_TO_1023 in pattern:
        holds += f" && length({value}) <= 1024"
    return _text(rule, value, holds, "?")


def conditions(kind: Any, value: str) -> Iterator[Condition]:  # noqa: ANN401
    """Return the conditions of a value by itself, without those of its parts.

    Raises KeyError for a rule that has no condition.
    """
    if get_origin(kind) is Literal:
        names = [*get_args(kind)]
        yield condition(VALUE_UNKNOWN.with_fixed(values=names, fix="choose one of these"), value)
    for parser in (getattr(metadata, "func", None) for metadata in getattr(kind, "__metadata__", ())):
        if parser is parse_client:
            yield from _client(value)
        if parser is parse_ports:
            yield from _ports(value)
        for rule in _PARSED.get(parser, ()):
            yield condition(rule, value)
    for check in getattr(kind, "__metadata__", ()):
        for rule in check.rules if isinstance(check, Check) else ():
            if rule.id in _CONDITIONS:
                yield condition(rule, value)
            else:
                yield matching(rule, check.json["pattern"], value)


_CIDR = (IPV6, NO_PREFIX, MALFORMED, HOST_BITS)
_PARSED: Mapping[Any, tuple[Rule, ...]] = {parse_cidr: _CIDR, parse_address: (IPV4_ADDRESS,)}


def _client(value: str) -> Iterator[Condition]:
    """Return the conditions of a client, whose form depends on its start."""
    for start, rule, pattern in (
        ("sg-", SECURITY_GROUP_ID, SECURITY_GROUP_ID_PATTERN),
        ("pl-", PREFIX_LIST_ID, PREFIX_LIST_ID_PATTERN),
    ):
        found = matching(rule, pattern, value)
        yield replace(found, holds=f'!startswith({value}, "{start}") || {found.holds}', bad=f"{start}clients")
    found = condition(IPV6_CIDR, value)
    yield replace(found, holds=f'!strcontains({value}, ":") || {found.holds}')
    for rule in (NO_PREFIX, MALFORMED, HOST_BITS):
        found = condition(rule, value)
        yield replace(found, holds=f'can(regex("^(sg|pl)-|:", {value})) || {found.holds}')


def _ports(value: str) -> Iterator[Condition]:
    """Return the conditions of a port or a range of ports, which Terraform has as text."""
    numbers = f'[for port in split("-", {value}) : tonumber(port)]'
    yield _text(RANGE_FORMAT, value, f'can(regex("^[0-9]{{1,5}}(-[0-9]{{1,5}})?$", {value}))', "443-")
    yield _text(
        PORT,
        value,
        f"try(min({numbers}...) >= {FIRST_PORT} && max({numbers}...) <= {LAST_PORT}, true)",
        str(LAST_PORT + 1),
    )
    yield _text(
        RANGE_ORDER,
        value,
        f'!strcontains({value}, "-") || try({_first(value)} < {_last(value)}, true)',
        "90-80",
        corrected=f'join("-", distinct(reverse(split("-", {value}))))',
    )
