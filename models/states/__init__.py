"""The hidden Markov model of the market's state: fitted on a schedule, filtered causally.

Scoring needs ``tracking`` and what it imports, which is NumPy and pandas; hmmlearn is imported by
``em`` only.
"""
