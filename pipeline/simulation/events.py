"""Dated events: meetings and releases by rule, earnings and shocks by chance."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from models.scenarios import TIGHTENING_SHOCK
from pipeline.simulation.randomness import stream
from pipeline.simulation.regimes import Regimes
from pipeline.simulation.timeline import Timeline

_WEDNESDAY, _FRIDAY = 2, 4
_MEETINGS = ((1, 25), (3, 15), (5, 1), (6, 10), (7, 25), (9, 15), (11, 1), (12, 8))
"""Month and day on or after which the meeting's Wednesday falls: eight a year."""
_SPENDERS = 4
"""Leaders that give guidance on capital spending with their earnings."""
_DIRECTIONS = ("raised", "held", "cut")


def meetings(timeline: Timeline) -> pd.DatetimeIndex:
    """Scheduled central-bank meetings of every year touched, and of the one after."""
    dates = [
        _on_or_after(year, month, day, _WEDNESDAY)
        for year in _years(timeline)
        for month, day in _MEETINGS
    ]
    return pd.DatetimeIndex(dates)


def monthly(timeline: Timeline, day: int, weekday: int) -> pd.DatetimeIndex:
    """One date a month: the first such weekday from ``day`` on."""
    months = [(year, month) for year in _years(timeline) for month in range(1, 13)]
    return pd.DatetimeIndex([_on_or_after(*month, day, weekday) for month in months])


def inflation_releases(timeline: Timeline) -> pd.DatetimeIndex:
    """Consumer prices: a Wednesday between the 10th and the 16th."""
    return monthly(timeline, 10, _WEDNESDAY)


def employment_reports(timeline: Timeline) -> pd.DatetimeIndex:
    """Payrolls: a Friday between the 5th and the 11th, which is never a holiday."""
    return monthly(timeline, 5, _FRIDAY)


def central_bank(timeline: Timeline, emergency: np.ndarray) -> pd.DataFrame:
    """Meetings by schedule and moves between them, with their ``type``."""
    scheduled = pd.DataFrame({"date": meetings(timeline), "type": "scheduled"})
    sudden = pd.DataFrame({"date": timeline.sessions[emergency], "type": "unscheduled"})
    both = pd.concat([scheduled, sudden])
    return both.sort_values("date", kind="stable", ignore_index=True)


def earnings(timeline: Timeline, leaders: tuple[str, ...], seed: int) -> pd.DataFrame:
    """Four a year for each leader, two and a half to seven weeks after the quarter's end."""
    quarters = [pd.Timestamp(y, month, 1) for y in _years(timeline) for month in (1, 4, 7, 10)]
    draws = stream(seed, "earnings").random((len(quarters), len(leaders), 2))
    rows = [
        {
            "date": _weekday(quarter + pd.Timedelta(days=18 + int(30.0 * delay**2))),
            "ticker": ticker,
            "timing": "AMC" if timing < 0.98 else "BMO",
        }
        for quarter, drawn in zip(quarters, draws.tolist(), strict=True)
        for ticker, (delay, timing) in zip(leaders, drawn, strict=True)
    ]
    return pd.DataFrame(rows).sort_values(["date", "ticker"], ignore_index=True)


def capital_spending(
    timeline: Timeline, reports: pd.DataFrame, regimes: Regimes, seed: int
) -> pd.DataFrame:
    """Guidance given with earnings; raised less often the more pressure there is."""
    spenders = sorted(reports["ticker"].unique())[:_SPENDERS]
    given = reports[reports["ticker"].isin(spenders)].reset_index(drop=True)
    session = timeline.latest_session(pd.DatetimeIndex(given["date"]))
    mood = stream(seed, "capital spending").standard_normal(len(given))
    mood += 0.7 * regimes.pressure[session]
    direction = np.asarray(_DIRECTIONS)[np.digitize(mood, [0.0, 1.2])]
    return given[["date", "ticker"]].assign(direction=direction)


def geopolitics(timeline: Timeline, regimes: Regimes, seed: int) -> pd.DataFrame:
    """Surprises, some three a year; more often in a tightening-shock."""
    draws = stream(seed, "geopolitics").random((len(timeline.days), 2))
    tense = regimes.codes[timeline.latest_session(timeline.days)] == TIGHTENING_SHOCK
    happens = draws[:, 0] < 0.007 * (1.0 + 1.5 * regimes.signal * tense)
    severity = 1 + (3.0 * draws[happens, 1] ** 2).astype(int)
    days = timeline.days[happens]
    return pd.DataFrame({"date": days, "type": "unscheduled", "severity": severity})


def gold_buying(timeline: Timeline, seed: int) -> pd.DataFrame:
    """Monthly report of central banks' purchases, in tonnes."""
    dates = employment_reports(timeline)
    tonnes = 35.0 + 20.0 * stream(seed, "gold buying").standard_normal(len(dates))
    return pd.DataFrame({"date": dates, "tonnes": tonnes.round(1)})


def _years(timeline: Timeline) -> Iterator[int]:
    yield from range(timeline.days[0].year, timeline.days[-1].year + 2)


def _on_or_after(year: int, month: int, day: int, weekday: int) -> pd.Timestamp:
    first = pd.Timestamp(year, month, day)
    return first + pd.Timedelta(days=(weekday - first.weekday()) % 7)


def _weekday(date: pd.Timestamp) -> pd.Timestamp:
    """Move a weekend date to Monday."""
    return date + pd.Timedelta(days=7 - date.weekday() if date.weekday() > _FRIDAY else 0)
