"""The stages of the graph, and everything that touches disk, network, clock or MLflow."""

import gc
import os
import sys
from importlib.util import find_spec

_NEEDED = ("pandas", "pyarrow", "pydantic", "lightgbm", "exchange_calendars")
"""Some of what every environment of the project has, and another one hardly all of."""


def _check_environment() -> None:
    """Tell whoever runs a stage with another Python than the environment's, and leave.

    ``python`` is what the shell finds. Looking for an environment instead would pick one that
    the user did not, such as an old ``.venv`` beside the conda environment that was meant.
    """
    absent = [name for name in _NEEDED if find_spec(name) is None]
    if sys.version_info >= (3, 11) and not absent:
        return
    lacks = f"has no {absent[0]}" if absent else "is older than 3.11"
    sys.stderr.write(
        f"undertow: `python` is {sys.executable}, which {lacks}, so it is not the project's "
        "environment; run `source .venv/bin/activate` (or activate your own) and then the same "
        "command again, or `make repro`\n"
    )
    sys.exit(2)


# While `python -m` looks for its module, and then alone: others may import what they can.
if sys.argv[:1] == ["-m"]:
    _check_environment()

# What DVC tells in the environment of a command that it runs. Imports may take seconds, in which
# DVC can be killed; so the watch begins with the first of them.
if "DVC_STAGE" in os.environ:
    from pipeline.base.processes import end_with_starter

    end_with_starter()

# Read when a library of linear algebra loads, so before any does: a second thread for products as
# small as ours spends more time waiting than it saves. Whoever has set another number keeps it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Every stage and command begins with imports, whose objects all stay: looking through these for
# garbage, as Python does after every 700 new ones, finds none and takes a tenth of the time.
gc.set_threshold(50_000)
