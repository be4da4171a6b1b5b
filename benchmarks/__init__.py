"""How long things take and how much memory they need, always against a stated reference.

Run by hand, never by the tests; ``benchmarks/README.md`` says how to read the results.
"""
