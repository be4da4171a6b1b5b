"""What was public at a session's decision, by the publishers' rules; and where align differs.

`align` asks at which session a row becomes known, by the lags of the catalogue. The audit asks
which rows a session may know, by a table of its own (`pipeline.audit.publication_rules`).
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.aligning.clock import Clock
from pipeline.audit.findings import Finding
from pipeline.audit.membership import ever_as_known
from pipeline.audit.publication_rules import RULES, decided_at, public_at
from pipeline.catalogue import CATALOGUE
from pipeline.series.kinds import Series

Mask = NDArray[np.bool_]
Frames = dict[str, pd.DataFrame]

_LOOKED_BACK = 30
"""Sessions among which the last public date is looked for: no release is that late."""


def public_rows(
    raw: pd.DataFrame, series: Series, sessions: pd.DatetimeIndex, position: int
) -> Mask:
    """Which rows of a series were public when the session at ``position`` was decided.

    Parameters
    ----------
    raw
        Raw rows in the shape of the series' kind.
    series
        The catalogue's entry.
    sessions
        Sessions of the panel.
    position
        Place of the session among them.

    Returns
    -------
    ndarray
        Shape (rows,). All rows of a table that has no date.
    """
    return (public_at(raw, series) <= decided_at(sessions[[position]])[0]).to_numpy()


def last_public_date(series: Series, sessions: pd.DatetimeIndex, position: int) -> pd.Timestamp:
    """Latest session whose observation is public at the decision of the session at ``position``.

    Before the first one that is, the first.
    """
    dates = sessions[max(position - _LOOKED_BACK, 0) : position + 1]
    if series.kind not in {"value", "panel"}:
        return dates[-1]
    public = public_rows(pd.DataFrame({"date": dates}), series, sessions, position)
    return dates[public][-1] if public.any() else dates[0]


def split_market(
    raw: Mapping[str, pd.DataFrame], sessions: pd.DatetimeIndex, position: int
) -> tuple[Frames, Frames]:
    """All rows that were public at a decision, as they were then, and all that came later.

    A calendar's event whose withdrawal came later still stands; of an index change that came later
    nothing shows, nor of its ticker's flag in the table of members.
    """
    known, later = {}, {}
    for name, frame in raw.items():
        public = public_rows(frame, CATALOGUE[name], sessions, position)
        known[name], later[name] = (
            frame[rows].reset_index(drop=True) for rows in (public, ~public)
        )
        if "withdrawn" in frame:
            known[name] = _not_withdrawn_after(known[name], sessions[position])
    if "members_meta" in known and "ndx_changes" in raw:
        known["members_meta"] = ever_as_known(
            known["members_meta"], known["ndx_changes"], later["ndx_changes"]
        )
    return known, later


def known_market(
    raw: Mapping[str, pd.DataFrame], sessions: pd.DatetimeIndex, position: int
) -> Frames:
    """The first half of `split_market`."""
    return split_market(raw, sessions, position)[0]


def check_publication(raw: Mapping[str, pd.DataFrame], sessions: pd.DatetimeIndex) -> list[Finding]:
    """Hold align's belief against the publisher's rule, for every stored row.

    Returns
    -------
    list of Finding
        One a series that align takes as known too early, or that has no rule; all fail.
    """
    return [
        finding for name, frame in raw.items() for finding in _checked(name, frame, Clock(sessions))
    ]


def _checked(name: str, raw: pd.DataFrame, clock: Clock) -> Iterator[Finding]:
    series = CATALOGUE[name]
    if name not in RULES:
        yield Finding(
            name,
            "no rule says when it is public; add one with its source to "
            "pipeline/audit/publication_rules.py",
        )
    elif series.kind == "calendar":
        if series.known_ahead > RULES[name].ahead:
            yield Finding(
                name,
                f"the catalogue knows its events {series.known_ahead} days ahead, the publisher's "
                f"rule {RULES[name].ahead} ({RULES[name].source}); lower known_ahead",
            )
    elif series.kind != "table":
        yield from _too_early(raw, series, clock)


def _too_early(raw: pd.DataFrame, series: Series, clock: Clock) -> Iterator[Finding]:
    believed = first_known(raw, series, clock)
    inside = clock.in_panel(believed)
    decided = decided_at(clock.sessions)[believed[inside]]
    public = pd.DatetimeIndex(public_at(raw, series)[inside])
    early = np.flatnonzero(decided < public)
    if len(early):
        row = int(early[0])
        when = raw.loc[inside, "date" if "date" in raw else "time"].iloc[row]
        yield Finding(
            series.name,
            f"its row of {when:%Y-%m-%d} enters the panel at {decided[row]:%Y-%m-%d %H:%M} UTC and "
            f"is public from {public[row]:%Y-%m-%d %H:%M} UTC ({RULES[series.name].source}); "
            f"{len(early)} rows are as early; lengthen its lag in pipeline/catalogue.py",
        )


def first_known(raw: pd.DataFrame, series: Series, clock: Clock) -> NDArray[np.int64]:
    """Position of the session at which align, which is what is audited, first uses each row."""
    if "date" in raw:
        return clock.of_date(raw["date"], series.lag)
    length = pd.Timedelta(series.interval) if series.kind == "bar" else pd.Timedelta(0)
    return clock.of_instant(raw["time"] + length)


def _not_withdrawn_after(events: pd.DataFrame, session: pd.Timestamp) -> pd.DataFrame:
    return events.assign(withdrawn=events["withdrawn"].where(events["withdrawn"] <= session))
