"""The stages of the graph: ``python -m pipeline.stages.<name>``; imported by commands alone."""
