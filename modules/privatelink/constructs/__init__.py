"""Constructs that emit Terraform: one concept a file."""
