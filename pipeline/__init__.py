"""The stages of the graph, and everything that touches disk, network, clock or MLflow."""

import gc

# Every stage and command begins with imports, whose objects all stay: looking through these for
# garbage, as Python does after every 700 new ones, finds none and takes a tenth of the time.
gc.set_threshold(50_000)
