"""Text of a topology that Terraform would evaluate: which fields accept it, and a topology full of it."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, PlainValidator, TypeAdapter, ValidationError

from privatelink.topology.file import load
from privatelink.topology.model import Topology

PIECES = (
    *(
        "${",
        "%{",
        "$${",
        "%%{",
        "$",
        "%",
        "{",
        "}",
        "~}",
        '"',
        "'",
        "\\",
        "\\n",
        "\n",
        "\t",
        "\r",
        " ",
        "/",
        "&",
    ),
    *("<", "<<EOT\n", "\nEOT\n", "EOT", "<<-", "//", "/*", "#", "{}", "a", "1e5", "é", "한", "😀"),
    *("aws:username", 'file("/etc/hostname")', "path.module", "${path.module}", "aws_vpc.network.id"),
    *("if true", "endif", "for x in [1]", "endfor", "%{if true}x%{endif}"),
    *("TfToken[", "${TfToken[TOKEN.1]}", "#{TfToken[TOKEN.0]}", "&{TfToken[TOKEN.2]}"),
)
DANGEROUS = ("${", "%{")

Field = tuple[str, str]
"""A field of the model: its class and its name."""


# ---- the text fields of the model


def text_fields(part: type[BaseModel] = Topology) -> dict[Field, list[Any]]:
    """Every field with text below a part, found in the model's annotations: the types of its texts."""
    found: dict[Field, list[Any]] = {}
    waiting, seen = [part], {part}
    while waiting:
        model = waiting.pop()
        for name, field in model.model_fields.items():
            whole = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
            for leaf in _leaves(whole):
                if isinstance(leaf, type) and issubclass(leaf, BaseModel):
                    waiting += [leaf] if leaf not in seen else []
                    seen.add(leaf)
                else:
                    found.setdefault((model.__name__, name), []).append(leaf)
    return found


def _leaves(annotation: Any) -> Iterator[Any]:
    """The parts of the file and the types of text that an annotation is made of, each with its checks."""
    if get_origin(annotation) is Literal:
        return
    if get_origin(annotation) is Annotated:
        inner, *checks = get_args(annotation)
        if inner in (str, Any) or any(isinstance(check, PlainValidator) for check in checks):
            yield annotation
        else:
            yield from _leaves(inner)
    elif arguments := get_args(annotation):
        for each in arguments:
            yield from _leaves(each)
    elif annotation in (str, Any) or (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        yield annotation


def samples(topologies: Iterable[Path]) -> set[str]:
    """Every text that topologies have, and of each kind that they have none of."""
    return {text for topology in topologies for text in strings(load(topology))} | {
        "1024-65535",
        "app.terraform.io",
        "arn:aws:kms:ap-northeast-2:111122223333:key/0123abcd-0123-4abc-8abc-0123456789ab",
        "arn:aws:sns:ap-northeast-2:111122223333:topic",
        "eipalloc-0123456789abcdef0",
        "sg-0123456789abcdef0",
    }


def accepts(leaf: Any, known: Iterable[str]) -> bool:
    """Whether a type accepts a template marker anywhere in one of the texts that it accepts."""
    adapter = TypeAdapter(leaf)
    valid = sorted((text for text in known if any(_valid(adapter, leaf, text))), key=len)
    assert valid, f"no known text is a {leaf}: add one to `samples`"
    return any(
        shaped
        for text in valid[:3]
        for at in range(len(text) + 1)
        for marker in ("${a.b}", "%{a.b}", "${", "%{")
        for shaped in _valid(adapter, leaf, text[:at] + marker + text[at:])
    )


def _valid(adapter: TypeAdapter[Any], leaf: Any, text: str) -> Iterator[bool]:
    """Whether a type accepts a text; and a mapping with it, if the type checks any value itself."""
    yield _is_valid(adapter, text)
    if get_args(leaf) and get_args(leaf)[0] is not str:
        yield _is_valid(adapter, {"ap-northeast-2a": text})
        yield _is_valid(adapter, {text: "ap-northeast-2a"})


def _is_valid(adapter: TypeAdapter[Any], value: Any) -> bool:
    try:
        adapter.validate_python(value)
    except ValidationError:
        return False
    return True


OPEN: dict[Field, Any] = {
    field: leaf
    for field in (
        ("Account", "profile"),
        ("Backends", "text"),
        ("HealthCheck", "path"),
        ("Policy", "id"),
        ("Policy", "statement"),
        ("Topology", "silenced"),
        *((part, name) for part in ("Verify", "VerifyPort") for name in ("path", "send", "expect")),
    )
    for leaf in text_fields()[field]
}
"""The fields that accept template markers, with the types of their texts."""


def any_text(field: Field, random: Random) -> str:
    """Any text with a template marker that an open field accepts."""
    adapter = TypeAdapter(OPEN[field])
    start = "/" if field[1] == "path" else ""

    def is_valid(text: str) -> bool:
        return _is_valid(adapter, [{"a": text}] if field == ("Policy", "statement") else text)

    pieces = [piece for piece in PIECES if is_valid(f"{start}a{piece}a")]
    while True:
        parts = [random.choice(pieces) for _ in range(random.randint(0, 8))] + [random.choice(DANGEROUS)]
        random.shuffle(parts)
        if is_valid(text := start + "".join(parts)):
            return text


# ---- Terraform's reading of a template, independent of the code that writes it


def evaluated(template: str) -> str:
    """The text of a template without expressions, as Terraform evaluates it."""
    text, at = "", 0
    empty = "%{if true}%{endif}"
    while at < len(template):
        if template.startswith(("$${", "%%{"), at):
            text, at = text + template[at + 1 : at + 3], at + 3
        elif template.startswith(empty, at):
            at += len(empty)
        else:
            assert not template.startswith(DANGEROUS, at), f"Terraform evaluates {template[at:]!r}"
            text, at = text + template[at], at + 1
    return text


def strings(value: Any) -> Iterator[str]:
    """Every key and every text below a value of JSON, or of the model."""
    if isinstance(value, BaseModel):
        value = list(dict(value).values())
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list | tuple):
        for item in value:
            yield from strings(item)
    elif isinstance(value, str):
        yield value


# ---- a topology with such a text in each field that accepts it

REASON = "The reason: "  # of a silenced warning
SERVICES = ("s3", "ssm", "logs", "kms")
LISTENERS, CONSUMERS, RESOURCES, CONDITIONS = 12, 2, 9, 4


def number_of_texts() -> Counter[Field]:
    """How many texts each open field has in `full_topology`."""
    placed: Counter[Field] = Counter()

    def count(field: Field) -> str:
        placed[field] += 1
        return ""

    full_topology(count)
    topology_of_another_service(count)
    return placed


def full_topology(text: Callable[[Field], str]) -> dict[str, Any]:
    """A topology with a text in each place of each field that accepts one.

    Arguments:
        text: returns a text that a field accepts, another one for each place.
    """
    listener_ports = itertools.count(1000)

    def account() -> dict[str, str]:
        return {"profile": text(("Account", "profile"))}

    def zones() -> list[str]:
        return ["ap-northeast-2a", "ap-northeast-2c"]

    def service(number: int, **backends: Any) -> dict[str, Any]:
        return {
            "region": "ap-northeast-2",
            "account": account(),
            "network": {"cidr": f"10.{number}.0.0/16", "zones": zones()},
            "allowed_principals": ["arn:aws:iam::111122223333:root"],
            "private_dns": {"name": "api.example.com", "zone_id": f"Z{number}", "account": account()},
            "backends": backends,
            "listeners": [
                {
                    "port": next(listener_ports),
                    "health_check": {"protocol": "HTTP", "path": text(("HealthCheck", "path"))},
                    "verify": port_test("Verify", index, text),
                }
                for index in range(LISTENERS)
            ],
        }

    def policy() -> dict[str, Any]:
        statement = ("Policy", "statement")
        conditions = {text(statement): text(statement) for _ in range(CONDITIONS)}
        return {
            "Id": text(("Policy", "id")),
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": "*",
                    "Resource": [f"arn:aws:s3:::{text(statement)}" for _ in range(RESOURCES)],
                    "Condition": {"StringEquals": conditions},
                }
            ],
        }

    def consumer(number: int) -> dict[str, Any]:
        zone: dict[str, Any] = {"zone_id": f"Z{number}", "account": account()}
        if number % 2:
            shared = {"vpc_id": "vpc-0123456789abcdef0", "account": account()}
            zone = {"name": "shop.internal", "shared_with": {"other": shared}}
        return {
            "account": account(),
            "service": ("one", "two")[number % 2],
            "network": {"cidr": f"10.{number}.0.0/16", "zones": zones()},
            "endpoint": {"names": ["api.shop.internal"]},
            "hosted_zone": zone,
            "endpoints": {
                name: {"service_name": f"com.amazonaws.ap-northeast-2.{name}", "policy": policy()}
                for name in SERVICES
            },
        }

    return {
        "name": "text",
        "backend": {"s3": {"bucket": "states", "region": "ap-northeast-2", "account": account()}},
        "silenced": {"one-zone": f"{REASON}{text(('Topology', 'silenced'))}"},
        "services": {
            "one": service(10, text={zone: text(("Backends", "text")) for zone in zones()}),
            "two": service(11, text=text(("Backends", "text")), auto_scaling={"min": 1, "max": 2}),
        },
        "consumers": {f"c{number}": consumer(number) for number in range(20, 20 + CONSUMERS)},
    }


def topology_of_another_service(text: Callable[[Field], str]) -> dict[str, Any]:
    """A topology of a consumer whose service is outside, likewise."""
    tests = [{"port": port, **port_test("VerifyPort", port, text)} for port in (80, 443)]
    consumer = {
        "region": "ap-northeast-2",
        "service_name": "com.amazonaws.vpce.ap-northeast-2.vpce-svc-0123456789abcdef0",
        "network": {"cidr": "10.30.0.0/16", "zones": ["ap-northeast-2a"]},
        "endpoint": {"ports": [80, 443], "verify": tests},
    }
    return {"name": "text", "consumers": {"outside": consumer}}


def port_test(part: str, number: int, text: Callable[[Field], str]) -> dict[str, str]:
    """How `privatelink verify` tests a port: over HTTP, or with bytes."""
    if number % 2:
        return {"protocol": "http", "path": text((part, "path"))}
    return {"protocol": "tcp", "send": text((part, "send")), "expect": text((part, "expect"))}
