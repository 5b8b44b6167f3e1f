"""Looks at this machine: what is there of what the commands need, and what to do about the rest."""
