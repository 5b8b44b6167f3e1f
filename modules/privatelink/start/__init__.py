"""A first topology file, from a few answers: `questions` asks and checks, `templates` writes."""
