"""The `privatelink` command: one short file for each subcommand, and the parts that they share."""
