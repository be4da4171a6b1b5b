"""What would have been said then: as of a date, and for sessions without a call."""
