"""Writes generated Terraform as plain HCL, for `privatelink hcl`."""
