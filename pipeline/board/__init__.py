"""The signal board: every feature today against its own past, and which rules read it."""
