"""What the fetches themselves say of when a value was out.

A landing keeps every value that a date ever had, each with the instant at which it was fetched. A
date that a fetch did not bring, though it had come to the dates before, was not out yet then (of a
fetch that brought nothing at all no trace is kept). That is evidence against a lag that says it
was. One late date is a provider's bad day, told as a remark; when most dates are late the lag is
wrong, and the audit fails.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.aligning.clock import Clock
from pipeline.audit.findings import Finding
from pipeline.audit.landings import landed_files
from pipeline.audit.publication import first_known
from pipeline.audit.publication_rules import decided_at
from pipeline.series.kinds import FETCHED_AT, Series

_FEWEST_LATE = 3
_WRONG_FROM = 0.5
"""Share of late dates from which it is the lag, and not the provider's day, that is wrong."""
_NO_CLOCK = {"calendar", "table"}


def check_first_fetched(sessions: pd.DatetimeIndex) -> list[Finding]:
    """Hold align's belief of when each fetched row was out against when it was first fetched.

    Adjusted prices are left out: a dividend restates their history, and with it its fetch.

    Parameters
    ----------
    sessions
        Sessions of the panel.

    Returns
    -------
    list of Finding
        One a series and provider with late dates; it fails where more than half of those that
        could be seen coming were late, three at least.
    """
    clock = Clock(sessions)
    return [
        finding
        for path, series in landed_files()
        if not series.adjusted and series.kind not in _NO_CLOCK
        for finding in _late(pd.read_parquet(path), series, path.stem, clock)
    ]


def used_at(rows: pd.DataFrame, series: Series, clock: Clock) -> pd.DatetimeIndex:
    """UTC instant of the decision at which align first uses each row; the panel's last at most."""
    positions = first_known(rows, series, clock)
    return decided_at(clock.sessions)[np.clip(positions, 0, len(clock.sessions) - 1)]


def _late(landed: pd.DataFrame, series: Series, provider: str, clock: Clock) -> Iterator[Finding]:
    column = "date" if "date" in landed else "time"
    rows = landed.groupby(column)[FETCHED_AT].min().reset_index()
    fetches = pd.DatetimeIndex(landed[FETCHED_AT].drop_duplicates().sort_values())
    used = used_at(rows, series, clock)
    seen_coming = _seen_coming(rows, column, fetches)
    # The first fetch at or after the decision: had the value been out, it had brought it.
    following = np.minimum(fetches.searchsorted(used), len(fetches) - 1)
    without = fetches[following]
    late = seen_coming & (used <= without) & (without < pd.DatetimeIndex(rows[FETCHED_AT]))
    if not late.any():
        return
    row = int(late.argmax())
    of, count = int(seen_coming.sum()), int(late.sum())
    wrong = count >= _FEWEST_LATE and count > _WRONG_FROM * of
    yield Finding(
        series.name,
        f"{count} of {of} dates that {provider} brought one after the other came later than the "
        f"panel uses them: {rows[column].iloc[row]:%Y-%m-%d} is used at "
        f"{used[row]:%Y-%m-%d %H:%M} UTC, was not there at {without[row]:%Y-%m-%d %H:%M} and was "
        f"first fetched at {rows[FETCHED_AT].iloc[row]:%Y-%m-%d %H:%M}; "
        + (
            "lengthen its lag in pipeline/catalogue.py"
            if wrong
            else "the panel takes them as if they had been on time"
        ),
        fails=wrong,
    )


def _seen_coming(rows: pd.DataFrame, column: str, fetches: pd.DatetimeIndex) -> NDArray[np.bool_]:
    """Dates after the oldest of the first fetch: earlier ones were only asked for later."""
    began = rows.loc[rows[FETCHED_AT] == fetches[0], column].min()
    return np.asarray((rows[column] > began) & (rows[FETCHED_AT] > fetches[0]))
