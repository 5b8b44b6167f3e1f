"""Negative lessons: ways to break a private path, and what `privatelink verify` says of each."""
