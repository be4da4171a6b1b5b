"""The arithmetic of features: trailing, across columns, matrices, flags and the composite."""
