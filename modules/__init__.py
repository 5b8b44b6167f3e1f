"""Constructs that emit Terraform JSON for the two sides of an AWS PrivateLink service."""
