"""The charts, one function each, one subject a file."""
