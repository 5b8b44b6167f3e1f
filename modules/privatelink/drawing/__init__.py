"""Draws a topology, as SVG, as a Mermaid flowchart, or as a text outline.

`picture` decides what is shown, and the texts; `layout` computes coordinates; `svg`, `mermaid` and `outline`
write the formats.
"""
