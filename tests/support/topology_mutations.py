"""Topologies with something changed in their YAML, mostly in ways that leave most of the file right.

The mutations work on the nodes of a YAML document, so that they can write more than plain values: a key
twice, aliases, tags, dates. Many topologies stay valid, as many new values are those that other files have in
the same field.
"""

import copy
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from random import Random

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from privatelink.topology.schema import schema

Kind = tuple[str, ...]
"""A place without keys of the user and without numbers: `("consumers", "*", "endpoint", "zones", "*")`."""

ODD = (
    # Other types, and what YAML reads as another type than it seems.
    *("~", "null", "true", "no", "0", "-1", "2.5", "1e308", ".inf", ".nan", "0x1F", "017", "1_000"),
    *("12:30:45", "2026-02-28", "2026-02-31", "2026-01-01T00:00:00Z", "[]", "{}", "[~]", "[[{}]]"),
    *("{a: []}", "{~: 1}", "?", "99999999999999999999", "'80'", "'no'", "=", "{<<: {a: 1}}", "[&a [], *a]"),
    *("{[a]: b}", "!!str 80", "!!python/name:os.x x"),
    # Text: empty, huge, of other scripts, with templates, and with characters of terminals and of shells.
    *('""', '" "', "'*'", "x" * 64, "x" * 5000, "팀", "é", "😀", '"\\u202e"', '"\\0"', '"\\e[31m"'),
    *('"a\\nb"', '"${path.module}"', "'%{if true}'", "'$${x}'", '"${"', '"%{"', "'TfToken[TOKEN.1]'"),
    *("'${TfToken[TOKEN.0]}'", "a.b", "a-", "-a", "A", "a_b", "a/b", "../a", "internal-a", "'{zone}'"),
    *("'{name}'", "aws:a", '"](x)|`<b>@a"'),
    # Ports, addresses and CIDRs.
    *("1", "443", "65535", "65536", "1-65535", "1024-65535", "80-80", "90-80", "a-b", "10.0.0.1"),
    *("10.20.0.10", "0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/16", "10.0.1.0/16", "10.20.0.0/28", "10.0.0.0/32"),
    *("127.0.0.0/16", "224.0.0.0/16", "100.64.0.0/20", "999.1.1.1/99", '"::/0"', '"2001:db8::/56"'),
    *("169.254.0.0/16",),
    # Regions, zones, partitions and IDs.
    *("us-east-1", "us-west-2", "cn-north-1", "us-gov-west-1", "eusc-de-east-1", "us-isob-east-1"),
    *("zz-nowhere-9", "ap-northeast-2a", "ap-northeast-2z", "apne2-az1", "apne2-az9", "use1-az3"),
    *("us-west-2-lax-1a", "usw2-lax1-az1", "us-east-1-wl1-bos-wlz-1", "'111122223333'", "111122223333"),
    *("012345678901", "vpc-0123456789abcdef0", "subnet-0123456789abcdef0", "sg-0123456789abcdef0"),
    *("pl-0a1b2c3d", "i-0123456789abcdef0", "Z0123456789", "eipalloc-0123456789abcdef0"),
    *("com.amazonaws.us-east-1.s3", "com.amazonaws.iam", "aws.sagemaker.us-east-1.x"),
    *("com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0",),
    *("cn.com.amazonaws.vpce.cn-north-1.vpce-svc-0", "arn:aws-cn:iam::111122223333:root"),
    *("arn:aws:iam::111122223333:root", "arn:aws:iam::1:root", "arn:aws:iam::111122223333:role/a"),
    *("arn:aws:sns:us-east-1:111122223333:t", "arn:aws:sns:us-east-1:1:t.fifo"),
)  # fmt: skip
REGIONS = {"ap-northeast-2": "apne2", "us-east-1": "use1", "eu-central-1": "euc1", "us-west-2": "usw2"}
OTHERS = {**REGIONS, "cn-north-1": "cnn1", "us-gov-west-1": "usgw1", "eusc-de-east-1": "eusc-dee1"}
PIECES = ("${", "%{", "$${", "{}", ".", "-", "_", " ", "\n", '"', "'", "*", "é", "0", "A", "/", "\\")
MOST_MUTATIONS = 4
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # libyaml, if it is installed: much faster


def composed(text: str) -> Node:
    """The nodes of a YAML document."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    assert node is not None
    return node


def field_names() -> frozenset[str]:
    """The names of all fields of a topology."""

    def names(node: object) -> Iterator[str]:
        if isinstance(node, dict):
            yield from node.get("properties", ())
            node = list(node.values())
        if isinstance(node, list):
            for inner in node:
                yield from names(inner)

    return frozenset(names(schema()))


class Mutations:
    """Mutations of topologies, with values from a corpus of topologies.

    Arguments:
        corpus: the YAML of topologies.
    """

    def __init__(self, corpus: Iterable[str]) -> None:
        self._documents = [composed(text) for text in corpus]
        self._names = field_names()
        self._values: dict[Kind, list[Node]] = defaultdict(list)
        self._fields: dict[Kind, dict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
        for document in self._documents:
            for kind, node in self._walk(document):
                self._values[kind].append(node)
                if isinstance(node, MappingNode):
                    for key, value in node.value:
                        self._fields[kind][_name(key)].append(value)
        self._all = [node for nodes in self._values.values() for node in nodes]

    def mutated(self, random: Random) -> str:
        """A topology of the corpus, or two in one, with one or a few mutations."""
        document = copy.deepcopy(random.choice(self._documents))
        if random.random() < 0.15:
            self._merge(document, copy.deepcopy(random.choice(self._documents)), random)
        for _ in range(random.randint(1, random.randint(1, MOST_MUTATIONS))):
            self._mutate(document, random)
        text: str = yaml.serialize(document, Dumper=_DUMPER, allow_unicode=True)
        return text

    def _walk(self, node: Node, kind: Kind = ()) -> Iterator[tuple[Kind, Node]]:
        yield kind, node
        if isinstance(node, MappingNode):
            for key, value in node.value:
                yield from self._walk(value, self._below(kind, _name(key)))
        elif isinstance(node, SequenceNode):
            for value in node.value:
                yield from self._walk(value, (*kind, "*"))

    def _collections(self, document: Node) -> Iterator[tuple[Kind, MappingNode | SequenceNode]]:
        for kind, node in self._walk(document):
            if isinstance(node, MappingNode | SequenceNode):
                yield kind, node

    def _below(self, kind: Kind, key: str) -> Kind:
        below = (*kind, key if key in self._names else "*")
        # Several services are like the only one, and further endpoints like the main one.
        return (
            (*kind[:-1], kind[-1].removesuffix("s")) if below[-1] == "*" and kind[-1:] in _SEVERAL else below
        )

    def _mutate(self, document: Node, random: Random) -> None:
        places = [
            (kind, node)
            for kind, node in self._walk(document)
            if isinstance(node, MappingNode | SequenceNode)
        ]
        kind, inside = random.choice(places)
        mutation = random.choice(
            [
                *[self._replace] * 5,
                *[self._add] * 4,
                *[self._swap] * 2,
                self._remove,
                self._duplicate,
                self._rename,
                self._grow,
                self._reorder,
                self._elsewhere,
                self._edit,
            ]
        )
        mutation(random, document, kind, inside)

    def _replace(self, random: Random, document: Node, kind: Kind, inside: Node) -> None:
        """Replace a value: by that of another topology, of another field, or an odd one."""
        if not inside.value:
            return
        at = random.randrange(len(inside.value))
        match random.randrange(6):
            case 0:
                value = composed(random.choice(ODD))
            case 1:
                value = copy.deepcopy(random.choice(self._all))
            case _:
                value = copy.deepcopy(
                    random.choice(self._values[self._kind_at(kind, inside, at)] or self._all)
                )
        _put(inside, at, value)

    def _kind_at(self, kind: Kind, inside: Node, at: int) -> Kind:
        if isinstance(inside, MappingNode):
            return self._below(kind, _name(inside.value[at][0]))
        return (*kind, "*")

    def _add(self, random: Random, document: Node, kind: Kind, inside: Node) -> None:
        """Add a field, or an item, that another topology has in this place."""
        if isinstance(inside, SequenceNode):
            inside.value.append(copy.deepcopy(random.choice(self._values[(*kind, "*")] or self._all)))
            return
        key, values = random.choice([*self._fields[kind].items()] or [("x", self._all)])
        inside.value = [pair for pair in inside.value if _name(pair[0]) != key]
        inside.value.append((_text(key), copy.deepcopy(random.choice(values))))

    def _swap(self, random: Random, document: Node, kind: Kind, inside: Node) -> None:
        """Swap two values of the document, mostly of the same field, as of two consumers."""
        found = [
            (self._kind_at(above, node, at), node, at)
            for above, node in self._collections(document)
            for at in range(len(node.value))
        ]
        if not found:
            return
        kind, one, at = random.choice(found)
        same = [place for place in found if place[0] == kind and place[1] is not one]
        _, other, at_other = random.choice(same or found)
        value, other_value = _get(one, at), _get(other, at_other)
        _put(one, at, copy.deepcopy(other_value))
        _put(other, at_other, copy.deepcopy(value))

    def _remove(self, random: Random, document: Node, kind: Kind, inside: Node) -> None:
        if inside.value:
            del inside.value[random.randrange(len(inside.value))]

    def _duplicate(self, random: Random, document: Node, kind: Kind, inside: Node) -> None:
        """Repeat an item, or a value under the same key or, more often, under another one."""
        if not inside.value:
            return
        item = copy.deepcopy(random.choice(inside.value))
        if isinstance(inside, MappingNode) and random.random() < 0.7:
            item = (_text(f"{_name(item[0])}{random.randint(2, 9)}"), item[1])
        inside.value.append(item)

    def _rename(self, random: Random, document: Node, kind: Kind, inside: Node) -> None:
        if isinstance(inside, MappingNode) and inside.value:
            at = random.randrange(len(inside.value))
            name = random.choice([_text(random.choice(sorted(self._names))), composed(random.choice(ODD))])
            inside.value[at] = (name, inside.value[at][1])

    def _grow(self, random: Random, document: Node, kind: Kind, inside: Node) -> None:
        """Make a list or a mapping much longer: with numbered items, or with the same one again and again."""
        if not inside.value:
            return
        item = random.choice(inside.value)
        for number in range(random.choice([3, 20, 70, 600])):
            another = copy.deepcopy(item)
            if isinstance(inside, MappingNode):
                another = (_text(f"{_name(item[0])}{number}"), another[1])
            _count_up(another[1] if isinstance(another, tuple) else another, number)
            inside.value.append(another)

    def _reorder(self, random: Random, document: Node, kind: Kind, inside: Node) -> None:
        random.shuffle(inside.value)

    def _elsewhere(self, random: Random, document: Node, kind: Kind, inside: Node) -> None:
        """Move a part or the whole to another Region or partition, or write its zones as AZ IDs."""
        old, new = random.choice(sorted(REGIONS)), random.choice(sorted(OTHERS))
        changes = random.choice(
            [
                [(re.escape(old), new), (re.escape(REGIONS[old]), OTHERS[new])],
                [("arn:aws:", random.choice(["arn:aws-cn:", "arn:aws-us-gov:"]))],
                [
                    (f"^{region}([a-h])$", lambda found, short=short: f"{short}-az{ord(found[1]) - 96}")
                    for region, short in REGIONS.items()
                ],
            ]
        )
        for _, node in self._walk(document if random.random() < 0.7 else inside):
            scalars = [node] if isinstance(node, ScalarNode) else []
            if isinstance(node, MappingNode):
                scalars += [key for key, _ in node.value if isinstance(key, ScalarNode)]
            for scalar in scalars:
                for pattern, replacement in changes:
                    scalar.value = re.sub(pattern, replacement, scalar.value)

    def _edit(self, random: Random, document: Node, kind: Kind, inside: Node) -> None:
        """Change a few characters of a text, or a number."""
        scalars = [node for _, node in self._walk(document) if isinstance(node, ScalarNode)]
        if not scalars:
            return
        scalar = random.choice(scalars)
        if re.fullmatch("[0-9]+", scalar.value):
            scalar.value = str(int(scalar.value) + random.choice([-1, 1, 1000]))
        else:
            at = random.randint(0, len(scalar.value))
            pieces = [
                "${",
                "%{",
                "$${",
                "{}",
                ".",
                "-",
                "_",
                " ",
                "\n",
                '"',
                "'",
                "*",
                "é",
                "0",
                "A",
                "/",
                "\\",
            ]
            rest = scalar.value[at + random.randint(0, 2) :]
            scalar.value = scalar.value[:at] + random.choice(pieces) + rest

    def _merge(self, document: Node, other: Node, random: Random) -> None:
        """Add the services and the consumers of another topology."""
        ours, theirs = (
            {_name(key): value for key, value in node.value} if isinstance(node, MappingNode) else {}
            for node in (document, other)
        )
        services: list[tuple[Node, Node]] = []
        for name, part in (("one", ours), ("two", theirs)):
            if (service := part.get("service")) is not None:
                services.append((_text(name), service))
                for _, consumer in _pairs(part.get("consumers")):
                    if isinstance(consumer, MappingNode) and "service_name" not in _keys(consumer):
                        consumer.value.append((_text("service"), _text(name)))
            services += _pairs(part.get("services"))
        consumers = [*_pairs(ours.get("consumers"))]
        taken = {_name(key) for key, _ in consumers}
        for key, consumer in _pairs(theirs.get("consumers")):
            consumers.append((_text(f"{_name(key)}-b") if _name(key) in taken else key, consumer))
        document.value = [
            pair for pair in document.value if _name(pair[0]) not in ("service", "services", "consumers")
        ]
        for name, pairs in (("services", services), ("consumers", consumers)):
            if pairs:
                document.value.append((_text(name), MappingNode("tag:yaml.org,2002:map", pairs)))


_SEVERAL = {"services", "endpoints", "load_balancers"}


def _text(value: str) -> ScalarNode:
    return ScalarNode("tag:yaml.org,2002:str", value)


def _name(key: Node) -> str:
    """The text of a key; none of a key that is a list or a mapping."""
    return key.value if isinstance(key, ScalarNode) else ""


def _pairs(node: Node | None) -> list[tuple[ScalarNode, Node]]:
    return node.value if isinstance(node, MappingNode) else []


def _keys(node: MappingNode) -> set[str]:
    return {_name(key) for key, _ in node.value}


def _get(inside: Node, at: int) -> Node:
    found: Node = inside.value[at][1] if isinstance(inside, MappingNode) else inside.value[at]
    return found


def _put(inside: Node, at: int, value: Node) -> None:
    inside.value[at] = (inside.value[at][0], value) if isinstance(inside, MappingNode) else value


def _count_up(node: Node, number: int) -> None:
    """Make the first scalar below a node another one, so that a copy is not the same."""
    while isinstance(node, MappingNode | SequenceNode) and node.value:
        node = _get(node, 0)
    if isinstance(node, ScalarNode):
        if re.fullmatch("[0-9]+", node.value):
            node.value = str(int(node.value) + 2 * number + 1)
        elif found := re.fullmatch(r"([0-9]+)\.([0-9]+)(\..*)", node.value):
            node.value = f"{found[1]}.{number % 256}{found[3]}"
        else:
            node.value += str(number)
