"""The `privatelink` command: one thin file for each subcommand, and what they share."""
