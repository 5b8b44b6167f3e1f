"""Runs the real Terraform: finds the provider, sets the environment, reads its machine-readable output."""
