"""Accepts or rejects connections to an endpoint service, as its owner does in the AWS console."""
