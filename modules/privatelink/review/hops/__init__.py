"""The hops of a path from a consumer to a target, one kind a file."""
