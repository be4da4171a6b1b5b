"""Driver leadership: breadth, leaders against the index, and narrowness (S09 to S12)."""
