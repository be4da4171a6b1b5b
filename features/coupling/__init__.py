"""Driver coupling: whether assets move as one book (S21 to S24)."""
