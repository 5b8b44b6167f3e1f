"""The plain-HCL form of generated Terraform: `python -m hcl`."""
