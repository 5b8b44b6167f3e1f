"""What a resolver answers, without a network."""

from dnslib import RCODE, DNSRecord

from privatelink.sandbox.dataplane.resolver import View, answer
from privatelink.sandbox.dataplane.world import Record, Zone

PUBLIC = (
    Record("nlb.example", "A", ("203.0.113.1", "203.0.113.2"), ("eni-1", "eni-2")),
    Record("www.example", "CNAME", ("nlb.example.",)),
    Record("top.example", "ALIAS", ("www.example",)),
    Record("*.wild.example", "A", ("203.0.113.9",)),
    Record("loop.example", "CNAME", ("loop.example",)),
    Record("text.example", "TXT", ('"some text"',)),
)
PRIVATE = (Zone("corp.example", (Record("corp.example", "A", ("10.0.0.1",)),)),)


def ask(name: str, kind: str = "A", *, zones: tuple[Zone, ...] = (), down: tuple[str, ...] = ()) -> DNSRecord:
    view = View.of(PUBLIC, zones, lambda node: node not in down)
    reply = answer(view, DNSRecord.question(name, kind).pack())
    assert reply
    return DNSRecord.parse(reply)


def addresses(reply: DNSRecord) -> list[str]:
    return sorted(str(record.rdata) for record in reply.rr if record.rtype == 1)


def test_names_are_followed() -> None:
    for name in ("nlb.example", "NLB.example", "www.example", "top.example"):
        assert addresses(ask(name)) == ["203.0.113.1", "203.0.113.2"]


def test_the_order_changes() -> None:
    assert {str(ask("nlb.example").rr[0].rdata) for _ in range(4)} == {"203.0.113.1", "203.0.113.2"}


def test_a_node_without_a_healthy_target_is_left_out_unless_all_are() -> None:
    assert addresses(ask("nlb.example", down=("eni-1",))) == ["203.0.113.2"]
    assert len(addresses(ask("nlb.example", down=("eni-1", "eni-2")))) == 2


def test_what_does_not_exist_and_what_has_no_address() -> None:
    assert ask("nothing.example").header.rcode == RCODE.NXDOMAIN
    empty = ask("nlb.example", "AAAA")
    assert (empty.header.rcode, empty.rr) == (RCODE.NOERROR, [])
    assert str(ask("text.example", "TXT").rr[0].rdata) == '"some text"'


def test_wildcards_and_loops() -> None:
    assert addresses(ask("a.b.wild.example")) == ["203.0.113.9"]
    assert addresses(ask("loop.example")) == []


def test_a_private_zone_hides_the_public_names_below_it() -> None:
    assert addresses(ask("corp.example", zones=PRIVATE)) == ["10.0.0.1"]
    assert ask("x.corp.example", zones=PRIVATE).header.rcode == RCODE.NXDOMAIN
    assert ask("corp.example").header.rcode == RCODE.NXDOMAIN


def test_noise_is_not_answered() -> None:
    assert answer(View.of((), (), lambda node: True), b"noise") is None
