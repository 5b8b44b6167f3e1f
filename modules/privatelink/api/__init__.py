"""AWS's own API: clients as the user's settings have them, and its errors in plain words."""
