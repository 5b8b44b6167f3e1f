"""The report as a web page that loads nothing, and runs nothing."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from privatelink.escapes import printable
from privatelink.verify.render_html import STYLE, as_html, policy
from privatelink.verify.report import Report
from tests.support.verify_reports import AT, BROKEN, EVERY, FAILED, HALF, HOSTILE, WHOLE

TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "nav", "section", "article", "div"),
    *("h1", "h2", "h3", "h4", "p", "span", "strong", "code", "ul", "li", "a", "dl", "dt", "dd"),
    *("details", "summary", "svg", "rect", "path", "text", "g", "circle"),
}
EMPTY = {"meta"}
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "open", "aria-hidden"),
    *("viewbox", "width", "height", "role", "aria-labelledby", "x", "y", "rx", "r", "d", "transform"),
    "text-anchor",
}


class Page(HTMLParser):
    """A page as a browser reads it: each element once, closed in the order in which they were opened."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.text, self.said = [], [], {}, []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.said.append(data)
        self.text.setdefault(self.open[-1] if self.open else "", []).append(data)

    def of(self, tag):
        return [attributes for each, attributes in self.elements if each == tag]

    @property
    def words(self):
        return "".join(self.said)


@pytest.mark.parametrize("report", [EVERY, FAILED, HOSTILE], ids=["every", "failed", "hostile"])
def test_it_has_only_elements_that_load_and_run_nothing(report):
    text = as_html(report)
    page = Page(text)

    assert text.startswith("<!doctype html>\n")
    assert text.replace("\n", "").isprintable()
    assert {tag for tag, _ in page.elements} <= TAGS
    assert {name for _, attributes in page.elements for name in attributes} <= ATTRIBUTES
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len({*ids})
    assert {each["href"] for each in page.of("a")} <= {f"#{each}" for each in ids}
    assert "url(" not in STYLE
    assert "@import" not in STYLE


def test_the_policy_allows_only_its_own_style_sheet():
    page = Page(as_html(EVERY))
    (sheet,) = page.text["style"]
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()

    (told,) = (each["content"] for each in page.of("meta") if "http-equiv" in each)
    assert (
        told
        == policy()
        == (f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'")
    )
    # No style attribute, which the policy would forbid, and the policy comes before the sheet.
    assert [tag for tag, _ in page.elements].index("style") > 1
    assert all("style" not in attributes for _, attributes in page.elements)


def test_it_fits_a_telephone_and_follows_the_readers_colours():
    page = Page(as_html(EVERY))

    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in page.of("meta")
    assert {"name": "color-scheme", "content": "light dark"} in page.of("meta")
    light, dark = re.findall(r":root \{([^}]*)\}", STYLE)
    colours = [dict(re.findall(r"(--\w+): (#\w{6})", each)) for each in (light, dark)]
    assert colours[0].keys() == colours[1].keys() == {*re.findall(r"var\((--\w+)\)", STYLE)}


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["--page", "--card"])
@pytest.mark.parametrize("ink", ["--text", "--muted", "--works", "--broken", "--unknown"])
def test_text_can_be_read_on_its_ground(scheme, ground, ink):
    """https://www.w3.org/TR/WCAG22/#contrast-minimum"""
    colours = dict(re.findall(r"(--\w+): (#\w{6})", re.findall(r":root \{([^}]*)\}", STYLE)[scheme]))
    bright, dim = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)

    assert (bright + 0.05) / (dim + 0.05) >= 4.5


def test_a_broken_path_says_where_what_was_observed_and_why():
    page = Page(as_html(Report(AT, [BROKEN])))

    assert "First broken hop: backend" in page.words
    assert BROKEN.broken.observed in page.words
    assert BROKEN.broken.cause in page.words
    assert "Service consumer broken" in page.words
    assert "Service provider" in page.words
    # What is broken is open, what works is folded.
    opened = ["open" in each for each in page.of("details")]
    assert opened.count(True) == 1


def test_every_check_is_on_the_page():
    for finding in (WHOLE, BROKEN, HALF):
        page = Page(as_html(Report(AT, [finding])))
        assert len(page.of("article")) == len(finding.checks)
        for check in finding.checks:
            assert printable(check.observed) in page.text["dd"]


def test_what_could_not_be_checked_says_why():
    assert "i-1 has not registered with Systems Manager within 60 s" in Page(as_html(EVERY)).words
    assert "no generated Terraform in cdktf.out" in Page(as_html(FAILED)).words


def test_several_paths_have_a_list_with_links():
    assert [each["href"] for each in Page(as_html(EVERY)).of("a")] == [f"#path-{n}" for n in range(4)]
    assert Page(as_html(Report(AT, [WHOLE]))).of("a") == []


def test_texts_of_servers_are_told_as_they_are_and_cut():
    words = Page(as_html(HOSTILE)).words

    assert printable(HOSTILE.findings[0].consumer) in words
    assert "… (100,000 characters)" in words
    assert "x" * 2001 not in words
