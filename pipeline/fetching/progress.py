"""How a fetch shows that it goes on: a bar for people, a plain line a series otherwise."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from pipeline.base.run import log
from pipeline.fetching.one_series import Outcome
from pipeline.fetching.run import Report
from pipeline.series.kinds import Series


@contextmanager
def watched(total: int) -> Iterator[Report]:
    """Give what is to be told of each series as it is done."""
    if not sys.stderr.isatty():
        yield _say
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as bar:
        running = bar.add_task("fetching", total=total)

        def advance(series: Series, _outcomes: list[Outcome]) -> None:
            bar.update(running, advance=1, description=f"{series.name:<22}")

        yield advance


def _say(series: Series, outcomes: list[Outcome]) -> None:
    added = sum(outcome.change.added for outcome in outcomes)
    asked = ", ".join(dict.fromkeys(outcome.provider for outcome in outcomes))
    log.info("%s: %s", series.name, f"{added} rows from {asked}" if asked else "nothing new is due")
