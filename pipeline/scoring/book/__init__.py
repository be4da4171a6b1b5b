"""The book: what the next sessions can do to what the user holds."""
