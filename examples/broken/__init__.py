"""Negative lessons: ways to break a private path, and what `python -m verify` says of each."""
