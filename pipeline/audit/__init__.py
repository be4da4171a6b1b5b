"""The audit: proof that nothing published looked ahead, and the price of looking."""
