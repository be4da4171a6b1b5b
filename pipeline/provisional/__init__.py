"""Between sessions: the last call with the market that never closes brought up to a moment."""
