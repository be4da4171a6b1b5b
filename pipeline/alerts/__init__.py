"""Alerts: what changed since the call before, told once on the user's own channels."""
