"""A market whose truth is known: one block a file, each drawn from a stream of its own."""
