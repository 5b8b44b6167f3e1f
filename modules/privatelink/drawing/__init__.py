"""Draws a topology before anything of it exists: as SVG, as a Mermaid flowchart, as an outline in text.

`picture` decides what is shown and in which words; `layout` gives it coordinates; `svg`, `mermaid` and
`outline` write it.
"""
