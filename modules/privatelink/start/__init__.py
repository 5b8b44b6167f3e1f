"""Writes a first topology file from a few answers: `questions` defines and checks, `templates` writes."""
