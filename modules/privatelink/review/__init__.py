"""Reviews Terraform plans for what they do to the consumers of PrivateLink services."""
