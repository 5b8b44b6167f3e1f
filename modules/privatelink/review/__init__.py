"""Review Terraform plans: their effect on the consumers of endpoint services."""
