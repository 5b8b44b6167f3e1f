"""Tests the path from a consumer to the service, with the AWS API and from inside the consumer's VPC."""
