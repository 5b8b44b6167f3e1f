"""Labels of Mermaid flowcharts."""

import pytest

from privatelink.drawing.labels import quoted


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("ap-northeast-2a", "ap-northeast-2a"),
        ("10.20.0.0/20", "10.20.0.0/20"),
        ('a"b', "a#34;b"),
        ("<b>", "#60;b#62;"),
        ("#35;", "#35;35#59;"),
        ("one\n two\t three", "one two three"),
        ("한국", "한국"),
    ],
)
def test_text_that_mermaid_would_read_is_quoted(text: str, label: str) -> None:
    assert quoted(text) == label
