"""The parts of a topology file, one a file: their fields, and the rules between these."""
