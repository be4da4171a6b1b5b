"""Driver volatility: realised, implied, and what it makes systematic books sell (S13, S14)."""
