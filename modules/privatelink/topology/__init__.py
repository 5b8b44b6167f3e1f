"""What a topology file says: the service, its consumers, and every rule that can be checked without AWS.

`model` is the whole; each part has a file of its own and checks its own, so a model made in Python is checked
as a file is. `file` reads files and says where a rule is broken, `schema` writes what editors complete from.
"""
