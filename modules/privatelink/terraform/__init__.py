"""Runs Terraform: binary, provider mirror, environment, machine-readable output, all stacks."""
