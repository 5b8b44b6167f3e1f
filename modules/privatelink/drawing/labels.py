"""Labels of Mermaid flowcharts."""


def quoted(text: str) -> str:
    """Escape text for Mermaid: https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters."""
    return "".join(
        each if each.isalnum() or each in " ._-/:" else f"#{ord(each)};" for each in " ".join(text.split())
    )
