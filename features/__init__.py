"""Point-in-time features: pure functions of the panel, one driver a file, registered by name."""
