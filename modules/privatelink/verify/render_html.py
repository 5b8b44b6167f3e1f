"""The report as a web page: one file that loads nothing, and runs nothing.

It is readable on a telephone, on light and dark screens, and without a mouse. Its policy forbids scripts,
and everything that is not in the file: https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CSP
"""

import base64
import hashlib
from collections.abc import Iterator

from privatelink.escapes import markup
from privatelink.verify.check import Check, Outcome
from privatelink.verify.path_picture import CLASSES, as_picture
from privatelink.verify.report import CAUSE, Finding, Report, Side, Station, Verdict, shortened

STYLE = """
:root { color-scheme: light dark; --page: #ffffff; --card: #f6f8fa; --line: #d1d9e0; --text: #1f2328;
  --muted: #59636e; --works: #1a7f37; --broken: #cf222e; --unknown: #9a6700; --on: #ffffff; --path: #818b98 }
@media (prefers-color-scheme: dark) {
  :root { --page: #0d1117; --card: #151b23; --line: #3d444d; --text: #f0f6fc; --muted: #9198a1;
    --works: #3fb950; --broken: #ff7b72; --unknown: #d29922; --on: #0d1117; --path: #656c76 } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1rem; max-width: 70rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif;
  overflow-wrap: anywhere; -webkit-text-size-adjust: 100% }
h1 { font-size: 1.4rem; line-height: 1.25; margin: 0 0 .25rem }
h2 { font-size: 1.2rem; line-height: 1.25; margin: 0 0 .75rem }
h3, h4 { font-size: 1rem; margin: 0 }
h4 { font-weight: 600 }
p { margin: 0 0 .75rem }
a { color: inherit }
.muted, dt { color: var(--muted) }
section { border-top: 1px solid var(--line); margin-top: 1.25rem; padding-top: 1.25rem }
ul { list-style: none; margin: .75rem 0 0; padding: 0 }
li { padding: .2rem 0 }
.works { color: var(--works) } .broken { color: var(--broken) } .unknown { color: var(--unknown) }
.badge { font-weight: 600 }
.cause { border-left: 4px solid var(--broken); border-radius: 0 8px 8px 0; background: var(--card);
  padding: .75rem 1rem; margin: 0 0 1rem }
.error { border-left-color: var(--unknown) }
.cause p:last-child { margin: 0 }
dl { margin: .25rem 0 0 } dt { font-size: .875rem } dd { margin: 0 0 .5rem }
.seen-text { unicode-bidi: isolate; white-space: pre-wrap }
details { border: 1px solid var(--line); border-radius: 8px; margin: 0 0 .5rem }
summary { padding: .6rem .75rem; cursor: pointer; font-weight: 600 }
summary:focus-visible, a:focus-visible { outline: 2px solid var(--text); outline-offset: 2px }
article { border-top: 1px solid var(--line); padding: .6rem .75rem }
.side-name { margin: 1rem 0 .5rem } .checks > .side-name:first-child { margin-top: 0 }
svg.path { display: block; width: 100%; max-width: 26rem; height: auto; margin: 0 auto 1rem }
svg text { fill: var(--text); font-size: 12px }
svg .name { font-size: 13px; font-weight: 600; fill: var(--muted) }
svg .hop { font-size: 13px; font-weight: 600 }
svg .state { font-weight: 600; fill: currentColor } svg .seen { fill: var(--muted) }
svg .side { fill: var(--card); stroke: var(--line) }
svg .beside { fill: none; stroke: var(--line); stroke-dasharray: 4 3 }
svg circle { fill: currentColor } svg .glyph { fill: none; stroke: var(--on); stroke-width: 2 }
svg .sign { fill: var(--on); font-size: 13px; font-weight: 700 }
svg .line, svg .beyond { stroke: var(--path); stroke-width: 2; fill: none }
svg .beyond { stroke-dasharray: 2 5 }
@media (min-width: 56rem) {
  .both { display: grid; grid-template-columns: 24rem 1fr; gap: 1.5rem; align-items: start } }
"""
_OUTCOMES: dict[Outcome, tuple[str, str]] = {
    "holds": ("works", "passed"),
    "fails": ("broken", "failed"),
    "not checked": ("unknown", "not checked"),
}
_VERDICTS: dict[Verdict, str] = {
    "works": "works",
    "broken": "broken",
    "no check failed": "unknown",
    "could not be checked": "unknown",
}
_SIGNS = {"works": "✓", "broken": "✗", "unknown": "?"}


def as_html(report: Report) -> str:
    """Return the page."""
    return "\n".join(_page(report)) + "\n"


def policy() -> str:
    """Return the page's Content-Security-Policy: nothing is allowed but its own style sheet."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _page(report: Report) -> Iterator[str]:
    yield "<!doctype html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy()}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>privatelink verify: {_text(report.headline)}</title>"
    yield f"<style>{STYLE}</style>"
    yield "</head>"
    yield "<body>"
    yield "<header>"
    yield f"<h1>PrivateLink paths: {_badge(_VERDICTS[report.verdict], report.verdict)}</h1>"
    yield f'<p class="seen-text">{_text(report.headline)}</p>'
    yield f'<p class="muted">Verified at {_text(report.time)} with <code>privatelink verify</code></p>'
    if len(report.findings) > 1:
        yield "<nav><ul>"
        for number, finding in enumerate(report.findings):
            sign = _badge(_VERDICTS[finding.verdict], finding.headline)
            yield f'<li><a href="#path-{number}">{_text(finding.consumer)}</a>: {sign}</li>'
        yield "</ul></nav>"
    yield "</header>"
    yield "<main>"
    for number, finding in enumerate(report.findings):
        yield from _path(finding, number)
    yield "</main>"
    yield "</body>"
    yield "</html>"


def _path(finding: Finding, number: int) -> Iterator[str]:
    yield f'<section id="path-{number}">'
    badge = _badge(_VERDICTS[finding.verdict], finding.headline)
    yield f"<h2>{_text(finding.consumer)}: {badge}</h2>"
    if finding.error:
        yield f'<div class="cause error"><p class="seen-text">{_lines(finding.error)}</p></div>'
    if broken := finding.broken:
        yield '<div class="cause">'
        yield f"<p><strong>First broken hop:</strong> {_text(broken.hop)}</p>"
        for name, text in (("Observed", broken.observed), (CAUSE.capitalize(), broken.cause)):
            yield f'<p><strong>{name}:</strong> <span class="seen-text">{_text(text)}</span></p>'
        yield "</div>"
    if finding.checks:
        yield '<div class="both">'
        yield as_picture(finding, number)
        yield '<div class="checks">'
        for side in finding.sides:
            yield from _side(side)
        yield "</div>"
        yield "</div>"
    yield "</section>"


def _side(side: Side) -> Iterator[str]:
    yield f'<h3 class="side-name">{_text(side.name[:1].upper() + side.name[1:])}</h3>'
    for station in side.stations:
        yield from _station(station)


def _station(station: Station) -> Iterator[str]:
    kind = CLASSES[station.state]
    yield f"<details{'' if kind == 'works' else ' open'}>"
    yield f"<summary>{_text(station.hop)}: {_badge(kind, station.state)}</summary>"
    for check in station.checks:
        yield from _check(check)
    yield "</details>"


def _check(check: Check) -> Iterator[str]:
    yield "<article>"
    step = f' <span class="muted">({_text(check.step)})</span>' if check.step else ""
    yield f"<h4>{_text(check.id)}{step}: {_badge(*_OUTCOMES[check.outcome])}</h4>"
    yield "<dl>"
    yield f'<dt>expected</dt><dd class="seen-text">{_text(check.expected)}</dd>'
    observed = "reason" if check.outcome == "not checked" else "observed"
    yield f'<dt>{observed}</dt><dd class="seen-text">{_text(check.observed)}</dd>'
    if check.cause:
        yield f'<dt>{CAUSE}</dt><dd class="seen-text">{_text(check.cause)}</dd>'
    yield "</dl>"
    yield "</article>"


def _badge(kind: str, text: str) -> str:
    return (
        f'<span class="badge {kind}"><span aria-hidden="true">{_SIGNS[kind]}&nbsp;</span>{_text(text)}</span>'
    )


def _text(text: str) -> str:
    return markup(shortened(text))


def _lines(text: str) -> str:
    return "\n".join(map(markup, shortened(text).splitlines()))
