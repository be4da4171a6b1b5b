"""What the outlook's models are made of, and the problem that they solve."""
