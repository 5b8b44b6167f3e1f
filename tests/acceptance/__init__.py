"""Configurations that check what the acceptance tests of the AWS provider check."""
