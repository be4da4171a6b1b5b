"""The report: one self-contained page in three layers, its charts and their tables."""
