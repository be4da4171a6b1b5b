"""``python -m pipeline.audit.child``: a process that is handed rows, and computes from them alone.

It reads one request a line, in JSON, and answers in the same way; frames lie beside, in the folder
that the request names. Everything that it can reach is below the working folder.
"""

import json
import os
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.audit.frozen_clock import freeze, set_clock
from pipeline.audit.guard import Guard

_LIBRARIES = (
    "exchange_calendars", "hmmlearn.base", "lightgbm", "pandas", "pandera.pandas",
    "pyarrow.compute", "pyarrow.dataset", "pyarrow.parquet", "pydantic",
    "scipy.optimize", "scipy.stats", "sklearn.cluster", "yaml",
)  # fmt: skip
"""Imported before anything is refused or frozen: they look at the machine, and keep true clocks."""


def main() -> None:
    """Answer requests until there are no more."""
    own, code = Path.cwd(), Path(__file__).parents[2]
    for library in _LIBRARIES:
        import_module(library)
    # What is printed by the replayed code must not be taken for an answer.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    guard = Guard(own, code)
    guard.stand()
    freeze()
    from pipeline.audit.steps import Held, frames_in, frames_out  # noqa: PLC0415 - under the guard

    held = Held()
    for line in sys.stdin:
        request = json.loads(line)
        set_clock(pd.Timestamp(request["now"]))
        folder = own / request["folder"]
        told: dict[str, Any] = {"refused": guard.refused}
        try:
            frames_out(held.step(request["step"], frames_in(folder), request["asked"]), folder)
        except Exception as error:
            told["error"] = _said(error, code)
        answers.write(json.dumps(told) + "\n")
        answers.flush()


def _said(error: Exception, code: Path) -> str:
    here = Path(__file__).parent
    frames = [
        each
        for each in traceback.extract_tb(error.__traceback__)
        if each.filename.startswith(str(code)) and Path(each.filename).parent != here
    ]
    place = f" in {Path(frames[-1].filename).relative_to(code)}:{frames[-1].name}" if frames else ""
    return f"{type(error).__name__}{place}: {' '.join(str(error).split())}"


if __name__ == "__main__":
    main()
