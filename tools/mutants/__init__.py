"""Leaks of every kind, planted in copies of the project to see that the audit notices them."""
