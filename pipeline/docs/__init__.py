"""What is made from the code in ``docs/``: features, series, the schema of a call."""
