"""How much faster than on AWS time passes for load balancers."""

SPEED = 60.0
"""Divides intervals of health checks, idle timeouts and deregistration delays: 30 s become 0.5 s."""
