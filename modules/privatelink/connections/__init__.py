"""Lists, accepts and rejects the endpoint connections of an endpoint service."""
