"""Verifies, from inside a consumer's VPC too, that its path to the service holds."""
