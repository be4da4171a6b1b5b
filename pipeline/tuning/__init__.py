"""A search inside the training span."""
