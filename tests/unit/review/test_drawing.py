"""The drawing: what changes is marked, names mean nothing, and it stays readable."""

import re

import pytest

from privatelink.review.drawing import MOST_NODES, draw, state_of
from privatelink.review.findings import review
from privatelink.review.render_markdown import as_markdown
from privatelink.review.world import Worlds
from tests.support.plan_facts import change, committed, plan


def test_the_drawing_marks_what_changes_and_stays_readable():
    drawing = draw(Worlds([committed("load-balancer-renamed")]))

    assert re.search(r'\["load balancer <b>replaced</b><br/>aws_lb\.shop"\]:::replaced', drawing)
    assert drawing.count("PrivateLink") == 1
    many = [change(f"aws_vpc_endpoint_service.a{n}", {"id": f"s{n}"}, None) for n in range(100)]
    assert 'more["and 60 more"]' in draw(Worlds([plan(*many)]))


def test_nothing_of_private_link_is_no_drawing():
    assert draw(Worlds([plan()])) == ""
    assert "mermaid" not in as_markdown(review([plan()]))


def drawn(*changes):
    return draw(Worlds([plan(*changes)]))


SERVICE = {"id": "s", "service_name": "com.s", "network_load_balancer_arns": ["arn:lb"]}
LB = {"id": "arn:lb", "arn": "arn:lb", "load_balancer_type": "network"}
LISTENER = {"id": "l", "load_balancer_arn": "arn:lb", "port": 443, "protocol": "TCP"}


@pytest.mark.parametrize(
    ("before", "after", "replaced_by", "state"),
    [
        (SERVICE, None, (), "destroyed"),
        (None, SERVICE, (), "created"),
        (SERVICE, SERVICE | {"tags": {}}, (), "changed"),
        (SERVICE, SERVICE | {"tags": {}}, ("tags",), "replaced"),
    ],
)
def test_a_resource_is_marked_by_what_is_done_to_it(before, after, replaced_by, state):
    made = change("aws_vpc_endpoint_service.s", before, after, replaced_by=replaced_by)
    (one,) = plan(made).changes

    assert state_of(one) == state
    assert re.findall(r":::(\w+)", drawn(made)) == ([state] if state else [])


def test_what_neither_changes_nor_is_connected_is_not_drawn():
    assert drawn(change("aws_vpc_endpoint_service.s", SERVICE, SERVICE)) == ""
    lb = change("aws_lb.l", LB, LB)
    assert drawn(change("aws_vpc_endpoint_service.s", SERVICE, SERVICE), lb).count("[") == 2


def test_a_stack_is_a_box_only_if_there_are_several():
    both = (
        plan(change("aws_lb.l", LB, LB), stack="p"),
        plan(change("aws_vpc_endpoint_service.s", SERVICE, SERVICE), stack='c\u202e["]'),
    )

    assert 'subgraph s0["c#92;u202e#91;#34;#93;"]' in draw(Worlds(both))
    assert "subgraph" not in drawn(
        change("aws_lb.l", LB, LB), change("aws_vpc_endpoint_service.s", SERVICE, SERVICE)
    )


def test_a_long_name_is_cut():
    made = change("aws_vpc_endpoint_service.s", SERVICE, None) | {"address": "x" * 200}

    assert f"<br/>{'x' * 79}#8230;" in drawn(made)


def test_a_path_is_drawn_hop_by_hop():
    endpoint = {"id": "e", "vpc_endpoint_type": "Interface", "service_name": "com.s"}
    group = {"id": "arn:tg", "arn": "arn:tg"}
    listener = LISTENER | {"default_action": [{"target_group_arn": "arn:tg"}]}
    drawing = drawn(*(change(address, values, values) for address, values in {
        "aws_vpc_endpoint.e": endpoint, "aws_vpc_endpoint_service.s": SERVICE, "aws_lb.l": LB,
        "aws_lb_listener.l": listener, "aws_lb_target_group.t": group,
    }.items()))  # fmt: skip
    names = {address: name for name, address in re.findall(r'(n\d+)\["[^<]+<br/>([\w.]+)"\]', drawing)}

    arrows = re.findall(r"(n\d+) -->(?:\|([^|]*)\|)? (n\d+)", drawing)
    assert arrows == [
        (names["aws_vpc_endpoint.e"], "PrivateLink", names["aws_vpc_endpoint_service.s"]),
        (names["aws_vpc_endpoint_service.s"], "", names["aws_lb.l"]),
        (names["aws_lb.l"], "TCP 443", names["aws_lb_listener.l"]),
        (names["aws_lb_listener.l"], "", names["aws_lb_target_group.t"]),
    ]


def test_names_mean_nothing_to_mermaid():
    name = 'a["]; click n0 "x" %%{init}%%'
    odd = change("aws_vpc_endpoint_service.s", None, SERVICE) | {"address": name}

    line = next(line for line in drawn(odd).splitlines() if "n0[" in line)
    assert line == (
        '    n0["endpoint service <b>created</b><br/>'
        'a#91;#34;#93;#59; click n0 #34;x#34; #37;#37;#123;init#125;#37;#37;"]:::created'
    )


def test_an_application_load_balancer_is_not_drawn():
    assert drawn(change("aws_lb.l", LB | {"load_balancer_type": "application"}, None)) == ""


def test_what_changes_is_drawn_before_what_does_not():
    lbs = {"network_load_balancer_arns": ["arn:lb"]}
    same = [
        change(f"aws_vpc_endpoint_service.a{n}", {"id": f"s{n}"} | lbs, {"id": f"s{n}"} | lbs)
        for n in range(60)
    ]
    last = change("aws_vpc_endpoint_service.last", {"id": "x"}, None)
    drawing = drawn(change("aws_lb.l", LB, LB), *same, last)

    assert "aws_vpc_endpoint_service.last" in drawing
    assert drawing.count("<br/>") == MOST_NODES


def test_a_hidden_port_is_not_drawn():
    hidden = change("aws_lb_listener.l", LISTENER, LISTENER, sensitive={"port": True})

    assert "443" not in drawn(change("aws_lb.l", LB, LB), hidden)
