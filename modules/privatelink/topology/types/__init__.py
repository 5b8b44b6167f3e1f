"""The kinds of value in a topology file, one a file."""
