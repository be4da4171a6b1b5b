"""The model that scores, the call that it makes, and what was published."""
