"""What the Terraform modules take from the topology: `python -m tools.module_generator` writes it.

The resources, outputs and tests of a module are written by hand. From the topology's model come its
`variables.tf` with all validations, a test for each validation (`tests/validations.tftest.hcl`), the messages
of the conditions in `main.tf`, and the tables of its README. docs/adr/0016-terraform-modules.md says why.
"""
