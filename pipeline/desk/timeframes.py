"""Trends of the equity index and bitcoin on several frames (S33).

A trend is the log of the last close over its mean; a bounce on a short frame means little while
the longer one is below zero.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from features.maths.trailing import log_ratio, mean
from pipeline.catalogue import CATALOGUE
from pipeline.series.calendar import DECISION_DELAY
from pipeline.settings.desk import FrameSettings

ASSETS = ("spy", "btc")
UNIT = "log ratio"


def names(settings: FrameSettings) -> dict[str, str]:
    """Every trend, and the series that it reads."""
    daily = {_daily(asset, n): asset for n in settings.daily for asset in ASSETS}
    return daily | {_intraday(series): series for series in settings.intraday}


def trends(
    panel: pd.DataFrame, bars: Mapping[str, pd.DataFrame], settings: FrameSettings
) -> pd.DataFrame:
    """Every trend at every session of the panel.

    Parameters
    ----------
    panel
        One row a session, columns of `ASSETS`.
    bars
        Intraday bars by series: ``time`` (opening instant), ``close``. A series that is absent
        has a missing trend.
    settings
        Lengths of the means.
    """
    daily = {
        _daily(asset, n): log_ratio(panel[asset], mean(panel[asset], n))
        for n in settings.daily
        for asset in ASSETS
    }
    sessions = pd.DatetimeIndex(panel.index)
    intraday = {
        _intraday(series): _at_decisions(series, bars.get(series), count, sessions)
        for series, count in settings.intraday.items()
    }
    return pd.DataFrame({**daily, **intraday}, index=panel.index)


def bar_ends(series: str, bars: pd.DataFrame) -> pd.Series:
    """UTC instants at which a series' bars are complete: their opening and their interval."""
    return bars["time"] + pd.Timedelta(CATALOGUE[series].interval)


def _at_decisions(
    series: str, bars: pd.DataFrame | None, count: int, sessions: pd.DatetimeIndex
) -> pd.Series:
    """Trend at the last bar that was complete at each decision, if it is of that session's day."""
    missing = pd.Series(np.nan, index=sessions)
    if bars is None or bars.empty:
        return missing
    ends = bar_ends(series, bars).dt.tz_localize(None)
    trend = log_ratio(bars["close"], mean(bars["close"], count)).to_numpy()
    decisions = sessions + DECISION_DELAY
    place = ends.searchsorted(decisions, side="right") - 1
    fresh = (place >= 0) & (decisions - ends.to_numpy()[place] < pd.Timedelta("1D"))
    return missing.where(~fresh, trend[place])


def _daily(asset: str, sessions: int) -> str:
    return f"{asset}_trend_{sessions}"


def _intraday(series: str) -> str:
    return f"{series}_trend"
