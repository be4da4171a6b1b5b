"""The desk: from probabilities to what is said about a session."""
