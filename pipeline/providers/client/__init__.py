"""What every provider's client shares: HTTP, rate limits, paging, parsing."""
