"""Benchmarks, measured on this machine."""
