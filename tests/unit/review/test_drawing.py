"""The drawing: what changes is marked, names mean nothing, and it stays readable."""

import re

from privatelink.review.drawing import draw
from privatelink.review.findings import review
from privatelink.review.render_markdown import as_markdown
from privatelink.review.world import Worlds
from tests.support.plan_facts import change, committed, plan


def test_the_drawing_marks_what_changes_and_stays_readable():
    drawing = draw(Worlds([committed("load-balancer-renamed")]))

    assert re.search(r'\["load balancer <b>replaced</b><br/>aws_lb\.shop"\]:::replaced', drawing)
    assert drawing.count("PrivateLink") == 1
    many = [change(f"aws_vpc_endpoint_service.a{n}", {"id": f"s{n}"}, {"id": f"s{n}"}) for n in range(100)]
    assert 'more["and 60 more"]' in draw(Worlds([plan(*many)]))


def test_nothing_of_private_link_is_no_drawing():
    assert draw(Worlds([plan()])) == ""
    assert "mermaid" not in as_markdown(review([plan()]))
