"""Driver crypto: funding, open interest, cascades, price and positioning (S15 to S20, S27, S28)."""
