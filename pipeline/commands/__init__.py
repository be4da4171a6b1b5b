"""What people type: one command a file, each with a ``run`` that `pipeline.cli` calls."""
