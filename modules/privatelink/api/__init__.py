"""The AWS API: clients with the user's settings, and readable error messages."""
