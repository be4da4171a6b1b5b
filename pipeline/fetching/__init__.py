"""Bringing what is new from public endpoints: what is due, whom to ask, how a series stands."""
