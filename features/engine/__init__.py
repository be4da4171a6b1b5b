"""How a feature is declared, and what it is handed to read."""
