"""Features of one more session against features of all history."""

from collections.abc import Iterator

from benchmarks.command import command
from benchmarks.comparison import Comparison
from benchmarks.measure import call, in_turn
from benchmarks.project import Run, finished_project
from features.registry import compute, select
from pipeline.scoring.model import load_model
from pipeline.storage import store

HISTORY = "every feature, all history"


def measure(run: Run) -> Iterator[Comparison]:
    """On the panel of a finished run, with the settings of its model."""
    with finished_project(run) as place:
        model = load_model(place / store.MODEL)
        panel = store.read_sessions(place / store.PANEL)
    every = [feature.name for feature in select()]
    read = [feature.name for feature in model.features]
    cases = {
        HISTORY: lambda: call(lambda: compute(panel, model.settings)),
        "every feature, one more session": lambda: call(lambda: model.values(panel, every, 1)),
        "what a call reads, all history": lambda: call(
            lambda: compute(panel, model.settings, read)
        ),
        "what a call reads, one more session": lambda: call(lambda: model.values(panel, read, 1)),
    }
    yield Comparison(
        f"{len(every)} features, {len(read)} of them read by a call, over {len(panel)} sessions",
        HISTORY,
        in_turn(cases, run.pick(smallest=1, quick=3, full=7)),
    )


if __name__ == "__main__":
    command(measure)
