"""The stages of the graph, and everything that touches disk, network, clock or MLflow."""
