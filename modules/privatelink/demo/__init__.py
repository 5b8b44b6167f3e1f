"""Runs the walkthrough on a local AWS: synth, plan and apply, and what was observed at each step."""
