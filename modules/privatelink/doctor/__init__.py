"""Checks this machine: which requirements of the commands are missing, and how to fix them."""
