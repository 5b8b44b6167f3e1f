"""Plain Terraform modules out of the stacks: `python -m tools.module_generator` writes `terraform/`.

A module is its stack, synthesized from specimens: topologies whose every value is known again in the JSON, so
that the module's variable can take its place. What is there once for each key becomes a block with `for_each`
(`loops`), and what differs between two specimens a conditional (`cases`). Attributes, conditions and messages
are those of the constructs; the inputs and their rules are those of the topology (`variables`).
"""
