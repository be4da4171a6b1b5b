"""``undertow fetch``: bring what is new from public endpoints."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import params
from pipeline.base.console import NOTHING, out, percent, show_json, show_table, table
from pipeline.base.errors import DataMissingError
from pipeline.base.progress import watched
from pipeline.base.run import log
from pipeline.catalogue import CATALOGUE
from pipeline.fetching.connections import Connections
from pipeline.fetching.one_series import Outcome, Task
from pipeline.fetching.plan import Planned, choose, make_task, plan
from pipeline.fetching.run import fetch
from pipeline.fetching.status import Status, statuses
from pipeline.params import Params
from pipeline.series.kinds import Series
from pipeline.series.source import rows_of
from pipeline.sources.live import LiveSource

_NAMED = 3
"""Series that one line names."""


def run(only: list[str], since: str | None, *, dry_run: bool, as_json: bool) -> None:
    """Fetch, and tell what came; or tell what would be asked.

    Raises
    ------
    DataMissingError
        When a required series is not current afterwards.
    """
    settings = params.load()
    task = make_task(settings, pd.Timestamp.now("UTC"), since, only)
    wanted = choose(only)
    if dry_run:
        _show_plan(plan(wanted, task), as_json=as_json)
        return
    outcomes, after = _fetched(wanted, task, settings)
    if as_json:
        show_json([_document(outcome) for outcome in outcomes])
    else:
        _show(outcomes, after, settings)
    _tell_changes(outcomes)
    check_required(after, outcomes)


def fetch_all() -> None:
    """Bring what is new of every series, and tell only what is out of order; raises as `run`."""
    settings = params.load()
    task = make_task(settings, pd.Timestamp.now("UTC"))
    outcomes, after = _fetched(choose([]), task, settings)
    _tell_changes(outcomes)
    check_required(after, outcomes)


def fetch_round_the_clock(settings: Params, now: pd.Timestamp) -> None:
    """Bring the series of the market that never closes up to the last complete hour.

    What cannot be had is told and missed by nobody but the view: none of them is required.
    """
    task = replace(make_task(settings, now), to_the_hour=True)
    outcomes, _after = _fetched(
        [each for each in choose([]) if each.round_the_clock], task, settings
    )
    _tell_changes(outcomes)


def _fetched(
    wanted: list[Series], task: Task, settings: Params
) -> tuple[list[Outcome], list[Status]]:
    asked = [series for series in wanted if series.routes]
    with (
        Connections(settings.live) as connections,
        closing(fetch(asked, task, connections, settings.live.concurrency)) as done,
    ):
        outcomes = [each for found in watched(done, "series", len(asked)) for each in found]
    return outcomes, stored_statuses(asked, settings, task.now)


def stored_statuses(wanted: Iterable[Series], settings: Params, now: pd.Timestamp) -> list[Status]:
    """Where the fetched series stand."""
    rows = rows_of(LiveSource(Path(settings.data.folder)), wanted)
    return statuses(wanted, rows, now, "live")


def check_required(after: list[Status], outcomes: list[Outcome]) -> None:
    """Stop when a required series is behind, and nothing stands in for it.

    Raises
    ------
    DataMissingError
        Naming it, its last date, and what its providers said.
    """
    current = {status.series.name for status in after if status.state == "current"}
    for status in after:
        series = status.series
        if not series.required or series.name in current:
            continue
        if status.last is not None and series.stand_in and current.issuperset(series.stand_in):
            log.warning(
                "%s ends on %s, and %s stand in for it; `undertow score --despite-late %s` "
                "publishes without waiting for it",
                series.name,
                status.last.date(),
                " and ".join(series.stand_in),
                series.name,
            )
            continue
        said = [o.problem for o in outcomes if o.series == series.name and o.problem]
        last = "has no row" if status.last is None else f"ends on {status.last:%Y-%m-%d}"
        reason = "; ".join(said) or "no provider has more yet; fetch again in an hour"
        raise DataMissingError(f"{series.name} ({series.about}) {last}: {reason}")


def _show(outcomes: list[Outcome], after: list[Status], settings: Params) -> None:
    columns = ("series", "provider", "new", "revised", "last", "state")
    rows = (_cells(each, outcomes) for each in after)
    show_table(table("", *columns, text={"provider", "last", "state"}, rows=rows))
    added = sum(outcome.change.added for outcome in outcomes)
    current = sum(status.state == "current" for status in after)
    out.print(f"{added} new rows; {current} of {len(after)} series are current")
    if settings.data.source != "live":
        out.print("to use them: undertow use live && dvc repro")


def _cells(status: Status, outcomes: list[Outcome]) -> tuple[str, ...]:
    mine = [o.change for o in outcomes if o.series.partition("/")[0] == status.series.name]
    return (
        status.series.name,
        status.provider or NOTHING,
        str(sum(change.added for change in mine)),
        str(sum(change.revised for change in mine)),
        NOTHING if status.last is None else f"{status.last:%Y-%m-%d}",
        status.state,
    )


def _tell_changes(outcomes: list[Outcome]) -> None:
    """What a provider changed or could not give, a line each."""
    _tell_problems(outcomes)
    for outcome in outcomes:
        what, change = f"{outcome.series} at {outcome.provider}", outcome.change
        if outcome.shortened:
            before, now = outcome.shortened
            log.warning(
                "%s begins on %s now, not on %s; what was stored before it stays",
                what,
                now.date(),
                before.date(),
            )
        if change.revised and not CATALOGUE[outcome.series.partition("/")[0]].adjusted:
            log.warning(
                "%s: %d values revised, by %s %% at most; both are kept, the new one is used",
                what,
                change.revised,
                percent(change.largest),
            )
        if change.withdrawn:
            log.warning("%s: %d rows are no longer sent; they stay", what, change.withdrawn)


def _tell_problems(outcomes: list[Outcome]) -> None:
    """A line each, and one for all series that met the same problem."""
    met: dict[str, list[str]] = {}
    for outcome in outcomes:
        if outcome.problem:
            met.setdefault(outcome.problem, []).append(outcome.series)
    for problem, names in met.items():
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        log.warning("%s%s: %s", ", ".join(names[:_NAMED]), more, problem)


def _document(outcome: Outcome) -> dict[str, Any]:
    change, shortened = outcome.change, outcome.shortened
    return {
        "series": outcome.series,
        "provider": outcome.provider,
        "asked_from": f"{outcome.asked_from:%Y-%m-%d}",
        "added": change.added,
        "revised": change.revised,
        "largest_revision": change.largest,
        "withdrawn": change.withdrawn,
        "shortened": shortened and [f"{each:%Y-%m-%d}" for each in shortened],
        "problem": outcome.problem,
    }


def _show_plan(planned: list[Planned], *, as_json: bool) -> None:
    rows = [vars(each) | {"since": each.since and f"{each.since:%Y-%m-%d}"} for each in planned]
    if as_json:
        show_json(rows)
        return
    columns = ("series", "provider", "would ask since")
    cells = ((row["series"], row["provider"], row["since"] or "nothing is due") for row in rows)
    show_table(table("", *columns, text=columns, rows=cells))
