"""The layout of a picture: consumers on the left, services on the right, PrivateLink between them.

Each function returns a block of known size. A column is a stack of blocks, so nothing overlaps, for any
number of blocks.
"""

from collections.abc import Iterable, Sequence

from privatelink.drawing.lettering import wrapped
from privatelink.drawing.picture import (
    Balancer,
    Consumer,
    Elsewhere,
    Endpoint,
    OtherService,
    Picture,
    Service,
    Vpc,
    Zone,
    capitalized,
    counted,
)
from privatelink.drawing.shapes import FONTS, Block, Line, Point, Rect, RectStyle, Shape, Text, TextStyle

MARGIN, PADDING, GAP = 20, 12, 12
INSET = 10
ZONE_WIDTH, BOX_WIDTH, SERVICE_WIDTH, LINK, GUTTER = 200, 146, 158, 28, 112
VPC_WIDTH = ZONE_WIDTH + LINK + BOX_WIDTH + 2 * PADDING
CONSUMER_WIDTH = VPC_WIDTH + 2 * PADDING
PROVIDER_WIDTH = SERVICE_WIDTH + LINK + CONSUMER_WIDTH
INTERNET_WIDTH, INTERNET_LINK = 84, 26
MOST_DETAILED = 4
"""Maximum number of consumers that are drawn with their zones; if there are more, each is one row."""

Words = Sequence[tuple[str, TextStyle]]


def laid_out(picture: Picture) -> Block:
    """Return the complete drawing, with its shapes in painting order."""
    detailed = len(picture.consumers) <= MOST_DETAILED
    sides = [_consumer(each) if detailed else _consumer_row(each) for each in picture.consumers]
    if picture.elsewhere:
        sides.append(_elsewhere(picture.elsewhere))
    left = _column(sides)
    right = _column([*map(_service, picture.services), *map(_other, picture.others)])

    x2 = MARGIN + CONSUMER_WIDTH + GUTTER
    width = x2 + right.width + MARGIN
    middle = MARGIN + CONSUMER_WIDTH + GUTTER // 2
    title, heading = FONTS["title"], FONTS["heading"]
    top = MARGIN + title.line + heading.line + GAP + 4
    lower = _lowered(picture, left, right)
    drawing = Block(width, top + max(left.height, right.height) + MARGIN)
    drawing.put(left, MARGIN, top + max(0, lower))
    drawing.put(right, x2, top + max(0, -lower))
    baseline = top - GAP
    consumers = "Service consumer" if len(picture.consumers) == 1 else "Service consumers"
    services = "Service provider" if picture.services else "Services"
    drawing.add(
        [
            Text(MARGIN, MARGIN + title.size - 2, picture.name, "title"),
            Text(width - MARGIN, MARGIN + title.size - 2, picture.summary, "text", "end"),
            Text(MARGIN, baseline, consumers, "heading"),
            Text(middle, baseline, "PrivateLink", "heading", "middle"),
            Text(x2, baseline, services, "heading"),
        ]
    )
    drawing.add(
        Line(drawing.places[start], drawing.places[end], "private", 2 * PADDING)
        for start, end in _connections(picture)
    )
    return drawing


def _lowered(picture: Picture, left: Block, right: Block) -> int:
    """Return how far the left column is below the right one, so that the lines are as level as possible.

    The shorter column stays within the height of the taller one.
    """
    slopes = [right.places[end][1] - left.places[start][1] for start, end in _connections(picture)]
    room = right.height - left.height
    return min(max(sum(slopes) // len(slopes), min(0, room)), max(0, room))


def _connections(picture: Picture) -> Iterable[tuple[str, str]]:
    """Return the places where each line starts and ends."""
    for consumer in picture.consumers:
        for endpoint in consumer.endpoints:
            yield _outgoing(consumer.name, endpoint.key), _incoming(endpoint.service)
    if picture.elsewhere:
        for service in picture.elsewhere.services:
            yield ELSEWHERE, _incoming(service)


def _incoming(service: str | None) -> str:
    return "in" if service is None else f"in {service}"


def _outgoing(consumer: str, endpoint: str | None) -> str:
    return f"out {consumer}" if endpoint is None else f"out {consumer} {endpoint}"


def _balancer(place: int) -> str:
    return f"balancer {place}"


TOP = "top"  # of the first load balancer
ELSEWHERE = "elsewhere"  # consumers that are not drawn


# ---- the consumers' side


def _consumer(consumer: Consumer) -> Block:
    zones = [_zone(zone) for zone in consumer.vpc.zones]
    boxes = [_endpoint_words(each) for each in consumer.endpoints]
    column = _column(zones)
    main = _box("path", boxes[0], BOX_WIDTH, column.height)
    endpoints = _column([main, *(_box("path", words, BOX_WIDTH) for words in boxes[1:])])
    # If the endpoint's text is taller than the zones, the zones are centered along it.
    inner = Block(VPC_WIDTH - 2 * PADDING, max(column.height, endpoints.height))
    top = (main.height - column.height) // 2
    inner.put(column, 0, top)
    inner.put(endpoints, ZONE_WIDTH + LINK, 0)
    y = top
    for zone, block in zip(consumer.vpc.zones, zones, strict=True):
        if zone.name in consumer.endpoints[0].zones:
            level = y + block.height // 2
            inner.add([Line((ZONE_WIDTH, level), (ZONE_WIDTH + LINK, level), "inside")])
        y += block.height + GAP
    inner.places = _outgoing_places(consumer, endpoints, ZONE_WIDTH + LINK)
    return _card(_header(consumer.name, consumer.place), _vpc(consumer.vpc, inner, "start"))


def _consumer_row(consumer: Consumer) -> Block:
    boxes = [_box("path", _endpoint_words(each), BOX_WIDTH) for each in consumer.endpoints]
    endpoints = _column(boxes)
    x = CONSUMER_WIDTH - 2 * PADDING - BOX_WIDTH
    words: Words = [
        (consumer.name, "name"),
        (consumer.place, "text"),
        (f"VPC {consumer.vpc.name}", "code"),
        (counted(len(consumer.vpc.zones), "zone"), "text"),
    ]
    texts = _texts(words, x - PADDING)
    row = Block(CONSUMER_WIDTH - 2 * PADDING, max(texts.height, endpoints.height))
    row.put(texts, 0, (row.height - texts.height) // 2)
    top = (row.height - endpoints.height) // 2
    row.put(endpoints, x, top)
    row.places = {key: (px, py + top) for key, (px, py) in _outgoing_places(consumer, endpoints, x).items()}
    return _framed("side", row)


def _outgoing_places(consumer: Consumer, endpoints: Block, x: int) -> dict[str, Point]:
    rects = [shape for shape in endpoints.shapes if isinstance(shape, Rect)]
    return {
        _outgoing(consumer.name, endpoint.key): (x + rect.width, rect.y + rect.height // 2)
        for endpoint, rect in zip(consumer.endpoints, rects, strict=True)
    }


def _endpoint_words(endpoint: Endpoint) -> Words:
    named: Words = [(endpoint.key, "text")] if endpoint.key else []
    return [("Interface endpoint", "strong"), *named, *((note, "text") for note in endpoint.notes)]


def _elsewhere(elsewhere: Elsewhere) -> Block:
    words: Words = [(capitalized(elsewhere.name), "name"), *((note, "text") for note in elsewhere.notes)]
    block = _box("elsewhere", words, CONSUMER_WIDTH)
    block.places = {ELSEWHERE: (block.width, block.height // 2)}
    return block


# ---- the provider's side


def _service(service: Service) -> Block:
    # The arrow from the internet ends at the first load balancer.
    balancers = sorted(service.balancers, key=lambda each: not each.internet_facing)
    zones = [_zone(zone) for zone in service.vpc.zones] if service.vpc else []
    words: Words = [(text, "strong" if place == 0 else "code") for place, text in enumerate(service.targets)]
    targets = [*zones, *([_box("compute", words, ZONE_WIDTH)] if words else [])]
    behind = _column(targets)
    heights = [_box("path", _balancer_words(each), BOX_WIDTH).height for each in balancers]
    needed = sum(heights) + GAP * (len(heights) - 1)
    more = max(0, behind.height - needed) // len(heights)
    chain = _column(
        [
            _box("path", _balancer_words(each), BOX_WIDTH, height + more)
            for each, height in zip(balancers, heights, strict=True)
        ]
    )
    inner = Block(VPC_WIDTH - 2 * PADDING, max(chain.height, behind.height))
    inner.put(chain, 0, 0)
    top = (inner.height - behind.height) // 2
    inner.put(behind, BOX_WIDTH + LINK, top)
    inner.add(_forwarding(service, targets, top))
    first = balancers[0].internet_facing
    tops = [shape for shape in chain.shapes if isinstance(shape, Rect)]
    inner.places = {_balancer(place): (0, rect.y + rect.height // 2) for place, rect in enumerate(tops)}
    inner.places[TOP] = (BOX_WIDTH // 2, 0)
    network = _vpc(service.vpc, inner, "end") if service.vpc else inner

    header = _header(service.key or "", service.place)
    body = Block(PROVIDER_WIDTH - 2 * PADDING, 0)
    offered: Words = [("Endpoint service", "strong"), *((note, "text") for note in service.notes)]
    box = _box("path", offered, SERVICE_WIDTH)
    body.height = max(network.height, box.height)
    body.put(network, SERVICE_WIDTH + LINK, (body.height - network.height) // 2)
    ends = [body.places[_balancer(place)] for place in range(len(balancers))]
    # Place the box as level with the load balancers as possible.
    level = sum(y for _, y in ends) // len(ends) - box.height // 2
    level = min(max(level, 0), body.height - box.height)
    body.put(box, 0, level)
    start = level + box.height // 2
    body.add(Line((SERVICE_WIDTH, start), end, "private") for end in ends)
    body.places[_incoming(service.key)] = (0, start)

    card = _card(header, body, room=INTERNET_LINK if first else 0)
    if first:
        card.add(_internet(*card.places[TOP]))
    return card


def _forwarding(service: Service, targets: Sequence[Block], top: int) -> Iterable[Line]:
    inside = [bool(zone.inside) for zone in service.vpc.zones] if service.vpc else []
    y = top
    for has_target, block in zip([*inside, True], targets, strict=False):
        if has_target:
            level = y + block.height // 2
            yield Line((BOX_WIDTH, level), (BOX_WIDTH + LINK, level), "inside")
        y += block.height + GAP


def _internet(x: int, y: int) -> Iterable[Shape]:
    font = FONTS["text"]
    height = font.line + 8
    top = PADDING
    yield Rect(x - INTERNET_WIDTH // 2, top, INTERNET_WIDTH, height, "other")
    yield Text(x, top + height // 2 + font.size // 2 - 2, "Internet", "text", "middle")
    yield Line((x, top + height), (x, y), "internet")


def _balancer_words(balancer: Balancer) -> Words:
    return [
        ("Network Load Balancer", "strong"),
        (balancer.name, "text"),
        *((note, "text") for note in balancer.notes),
    ]


def _other(service: OtherService) -> Block:
    words: Words = [(capitalized(service.kind), "strong"), (service.name, "code")]
    block = _box("other", words, VPC_WIDTH)
    block.places = {_incoming(service.key): (0, block.height // 2)}
    return block


# ---- shared by both sides


def _card(header: Block, body: Block, room: int = 0) -> Block:
    """Return a side: its header, `room` pixels for an arrow, and its body."""
    inner = Block(max(header.width, body.width), header.height + 8 + room + body.height)
    inner.put(header, 0, 0)
    inner.put(body, 0, header.height + 8 + room)
    return _framed("side", inner)


def _header(name: str, place: str) -> Block:
    named: Words = [(name, "name")] if name else []
    return _texts([*named, (place, "text")], CONSUMER_WIDTH - 2 * PADDING)


def _vpc(vpc: Vpc, inner: Block, anchor: str) -> Block:
    """Return the frame of a VPC, with its title at the `anchor` end of the first line."""
    font = FONTS["code"]
    titled = Block(inner.width, font.line + 7 + inner.height)
    text = f"VPC {vpc.name}"
    titled.add(
        [
            Text(0, font.size, text, "code")
            if anchor == "start"
            else Text(inner.width, font.size, text, "code", "end")
        ]
    )
    titled.put(inner, 0, font.line + 7)
    return _framed("vpc", titled)


def _zone(zone: Zone) -> Block:
    room = ZONE_WIDTH - 2 * INSET
    words: Words = [(zone.name, "strong"), (zone.subnet, "code")]
    inner = _texts(words, room)
    if zone.inside:
        texts = inner
        what = _box("compute", [(capitalized(text), "text") for text in zone.inside], room)
        inner = Block(room, texts.height + 6 + what.height)
        inner.put(texts, 0, 0)
        inner.put(what, 0, texts.height + 6)
    return _framed("zone", inner, INSET)


def _framed(style: RectStyle, inner: Block, padding: int = PADDING) -> Block:
    block = Block(inner.width + 2 * padding, inner.height + 2 * padding)
    block.add([Rect(0, 0, block.width, block.height, style)])
    block.put(inner, padding, padding)
    return block


def _box(style: RectStyle, words: Words, width: int, height: int = 0) -> Block:
    """Return a box with vertically centered lines of text, at least `height` pixels high."""
    texts = _texts(words, width - 2 * INSET)
    block = Block(width, max(height, texts.height + 2 * INSET - 4))
    block.add([Rect(0, 0, width, block.height, style)])
    block.put(texts, INSET, (block.height - texts.height) // 2)
    return block


def _texts(words: Words, room: int) -> Block:
    block = Block(room, 0)
    for text, style in words:
        font = FONTS[style]
        for line in wrapped(text, room, font.size, monospace=font.monospace, bold=font.bold):
            block.add([Text(0, block.height + font.size, line, style)])
            block.height += font.line
    return block


def _column(blocks: Sequence[Block]) -> Block:
    column = Block(max((block.width for block in blocks), default=0), 0)
    for block in blocks:
        if column.height:
            column.height += GAP
        column.put(block, 0, column.height)
        column.height += block.height
    return column
