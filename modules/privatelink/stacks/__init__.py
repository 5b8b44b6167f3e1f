"""Terraform roots made of constructs: one for each side, each with its own state."""
