"""Driver conditions: financial conditions as one number, and the composite of the labels."""
