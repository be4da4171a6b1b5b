"""What the machine and the project must have, and what to do about what they lack."""
