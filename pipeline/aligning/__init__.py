"""From raw series with clocks of their own to one row a session, as known at decision time."""
