"""How bad the next sessions can get for a book: volatility, tails, betas and past episodes."""
