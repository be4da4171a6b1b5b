"""Predictive distributions of a book, one approach a file; writing the file is all it takes."""
