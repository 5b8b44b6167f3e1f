"""Blocks of shapes."""

from privatelink.drawing.shapes import Block, Line, Rect, Text


def test_what_is_put_into_a_block_moves_with_its_places() -> None:
    inner = Block(10, 10, [Rect(0, 0, 10, 10, "zone"), Text(1, 9, "a", "text")], {"end": (10, 5)})
    inner.add([Line((0, 5), (10, 5), "inside", 2)])
    middle, outer = Block(20, 20), Block(30, 30)

    middle.put(inner, 3, 4)
    outer.put(middle, 100, 200)

    assert outer.shapes == [
        Rect(103, 204, 10, 10, "zone"),
        Text(104, 213, "a", "text"),
        Line((103, 209), (113, 209), "inside", 2),
    ]
    assert outer.places == {"end": (113, 209)}
