"""Constructs that emit Terraform: one concept in each file."""
