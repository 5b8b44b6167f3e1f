"""What the fast start is worth, measured on the machine at hand."""
