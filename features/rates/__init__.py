"""Driver rates: yields, the policy path priced in, and the liquidity behind it (S01 to S03)."""
