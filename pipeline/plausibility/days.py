"""Rows on days when the market is closed, next to open days without a row."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.base.dates import day
from pipeline.plausibility.remarks import Remark
from pipeline.plausibility.scope import Scope
from pipeline.series.kinds import Series

_WEEKS = 6
_SHIFTED_WEEKS = {"exchange": 2, "weekdays": 3, "month_ends": 3}
"""A column is shifted when so many of six weeks hold a row of a weekend and lack one of a session:
a column a day early or late does so every week, a publisher's slip does not."""
_YEAR, _SHIFTED_HOLIDAYS = pd.Timedelta(days=365), 5
"""The same for a column shifted by a session, which shows at holidays alone."""
_BESIDE = pd.Timedelta(days=8)
_WEEKEND = 5
_FRIDAY, _MONDAY = "Friday", "Monday"


def inspect(frame: pd.DataFrame, series: Series, where: str, scope: Scope) -> Iterator[Remark]:
    """Refuse a column of dates that is shifted by a day; tell of single rows on closed days."""
    if series.days not in _SHIFTED_WEEKS:
        return
    dates = pd.DatetimeIndex(frame["date"])
    dates = dates[dates >= scope.sessions[0]]
    if dates.empty:
        return
    open_days = scope.sessions[(scope.sessions >= dates[0]) & (scope.sessions <= dates[-1])]
    lacking = open_days.difference(dates)
    weekend = _weekend(dates, series)
    if len(found := _shifted_weeks(weekend, lacking, _SHIFTED_WEEKS[series.days])):
        yield scope.refuse(series, where, *_by_a_day(weekend[weekend >= found[0]], len(weekend)))
        return
    # The bond market and the dollar's close on most of the exchange's holidays too, and seldom
    # beside them; of other markets' days nothing is known.
    known = series.days == "exchange" or series.required or series.driver == "rates"
    holidays = _beside(dates.difference(scope.sessions), lacking) if known else dates[:0]
    if _most_in_a_year(holidays) >= _SHIFTED_HOLIDAYS:
        yield scope.refuse(series, where, *_by_a_session(holidays, lacking))
        return
    # Cboe publishes the VIX family on some holidays too, and that is no slip.
    slips = holidays if series.days == "exchange" else weekend
    unlikely = dates.difference(scope.sessions) if series.adjusted else weekend.union(slips)
    if len(unlikely):
        yield Remark(
            series.name,
            f"{_count(len(unlikely), 'row')} on days when its market is closed, the last on "
            f"{day(unlikely[-1])}: they count for the next session",
        )


def _weekend(dates: pd.DatetimeIndex, series: Series) -> pd.DatetimeIndex:
    found = dates[dates.day_of_week >= _WEEKEND]
    return found[~found.is_month_end] if series.days == "month_ends" else found


def _shifted_weeks(
    weekend: pd.DatetimeIndex, lacking: pd.DatetimeIndex, many: int
) -> pd.DatetimeIndex:
    """Mondays of weeks that hold a weekend's row and lack a session's, where there are many."""
    weeks = _monday(weekend).unique().intersection(_monday(lacking).unique()).sort_values()
    if len(weeks) < many:
        return weeks[:0]
    spans = weeks[many - 1 :] - weeks[: 1 - many]
    crowded = np.flatnonzero(spans < pd.Timedelta(weeks=_WEEKS))
    return weeks[crowded[0] :] if len(crowded) else weeks[:0]


def _monday(dates: pd.DatetimeIndex) -> pd.DatetimeIndex:
    return dates - pd.to_timedelta(dates.day_of_week, unit="D")


def _beside(closed: pd.DatetimeIndex, lacking: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Closed days with a row that stand within eight days of a session without one."""
    if lacking.empty:
        return closed[:0]
    after = lacking.searchsorted(closed)
    before = lacking[np.clip(after - 1, 0, None)]
    following = lacking[np.clip(after, None, len(lacking) - 1)]
    near = ((closed - before) <= _BESIDE) & (closed >= before)
    near |= ((following - closed) <= _BESIDE) & (following >= closed)
    return closed[np.asarray(near)]


def _most_in_a_year(days: pd.DatetimeIndex) -> int:
    return int((np.arange(len(days)) - days.searchsorted(days - _YEAR) + 1).max(initial=0))


def _by_a_day(weekend: pd.DatetimeIndex, count: int) -> tuple[str, str]:
    """What shows that dates are a day off, and the remedy."""
    sundays = int((weekend.day_of_week > _WEEKEND).sum())
    early = 2 * sundays >= len(weekend)
    shift, absent, move = ("early", _FRIDAY, 1) if early else ("late", _MONDAY, -1)
    found = (
        f"has {_count(count, 'row')} on {'Sundays' if early else 'Saturdays'} (from "
        f"{day(weekend[0])} on) and none on the {absent}s of these weeks: the dates seem a day "
        f"{shift}"
    )
    remedy = (
        f"add {move:+d} day to them"
        + (", as local midnight written in UTC needs," if early else "")
        + " or export the exchange's own dates"
    )
    return found, remedy


def _by_a_session(holidays: pd.DatetimeIndex, lacking: pd.DatetimeIndex) -> tuple[str, str]:
    """What shows that dates are a session off, and the remedy."""
    before = lacking.searchsorted(holidays) - lacking.searchsorted(holidays - _BESIDE)
    after = lacking.searchsorted(holidays + _BESIDE) - lacking.searchsorted(holidays)
    shift = "early" if before.sum() > after.sum() else "late"
    found = (
        f"has {_count(len(holidays), 'row')} on holidays of the exchange, the last on "
        f"{day(holidays[-1])}, and none on sessions beside them: the dates seem {shift} by a "
        "session or more"
    )
    return found, "export the exchange's own dates"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")
