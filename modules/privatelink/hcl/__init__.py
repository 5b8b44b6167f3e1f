"""The plain-HCL form of generated Terraform: `privatelink hcl`."""
