"""Public endpoints: one file each, whose name is what the catalogue's routes say."""
