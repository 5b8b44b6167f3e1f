"""Recognizes changes that AWS or the provider cannot make in one apply, and the stages that lead there."""
