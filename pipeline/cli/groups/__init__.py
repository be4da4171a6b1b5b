"""The commands, one group a file: its name heads the group in ``undertow --help``."""
