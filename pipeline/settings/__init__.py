"""Settings of parts that have many: each a section of ``params.yaml``."""
