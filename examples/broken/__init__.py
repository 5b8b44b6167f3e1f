"""Ways to break a private path on purpose, and what `privatelink verify` reports for each."""
