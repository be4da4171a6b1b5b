"""Trends of the equity index and bitcoin on several timeframes (S33).

A trend is the log of the last close over its mean; a bounce on a short timeframe means little
while the longer one is below zero.
"""

import pandas as pd

from features.maths.trailing import log_ratio, mean
from features.registry import FeatureError, feature

LOG_RATIO = "log ratio"
SPEEDS = (5, 21, 63)


@feature(
    "S33",
    label="S&P 500 against its {sessions}-session mean",
    unit=LOG_RATIO,
    window=lambda n: n,
    speeds=SPEEDS,
)
def spy_trend(spy: pd.Series, *, sessions: int) -> pd.Series:
    """S&P 500 against its mean; positive is an uptrend."""
    return log_ratio(spy, mean(spy, sessions))


@feature(
    "S33",
    label="bitcoin against its {sessions}-session mean",
    unit=LOG_RATIO,
    window=lambda n: n,
    speeds=SPEEDS,
)
def btc_trend(btc: pd.Series, *, sessions: int) -> pd.Series:
    """Bitcoin against its mean; positive is an uptrend."""
    return log_ratio(btc, mean(btc, sessions))


@feature("S33", label="bitcoin's 4-hour trend", unit=LOG_RATIO, window=1, optional=True)
def btc_4h_trend(btc_4h__back: pd.DataFrame, *, btc_4h_trend_bars: int) -> pd.Series:
    """Bitcoin's last 4-hour close before the decision against the mean of such closes."""
    return _of_bars(btc_4h__back, btc_4h_trend_bars)


@feature("S33", label="bitcoin's 1-hour trend", unit=LOG_RATIO, window=1, optional=True)
def btc_1h_trend(btc_1h__back: pd.DataFrame, *, btc_1h_trend_bars: int) -> pd.Series:
    """Bitcoin's last 1-hour close before the decision against the mean of such closes."""
    return _of_bars(btc_1h__back, btc_1h_trend_bars)


@feature("S33", label="S&P 500 futures' 4-hour trend", unit=LOG_RATIO, window=1, optional=True)
def es_4h_trend(es_4h__back: pd.DataFrame, *, es_4h_trend_bars: int) -> pd.Series:
    """S&P 500 futures' last 4-hour close before the decision against the mean of such closes."""
    return _of_bars(es_4h__back, es_4h_trend_bars)


@feature("S33", label="S&P 500 futures' 1-hour trend", unit=LOG_RATIO, window=1, optional=True)
def es_1h_trend(es_1h__back: pd.DataFrame, *, es_1h_trend_bars: int) -> pd.Series:
    """S&P 500 futures' last 1-hour close before the decision against the mean of such closes."""
    return _of_bars(es_1h__back, es_1h_trend_bars)


def _of_bars(closes: pd.DataFrame, bars: int) -> pd.Series:
    """Newest close over the mean of the last ones; missing where the newest is."""
    if bars not in range(1, closes.shape[1] + 1):
        raise FeatureError(
            f"a trend over {bars!r} bars was asked for; write a whole number from 1 to "
            f"{closes.shape[1]}, the bars that the panel holds, into features.settings"
        )
    newest = closes.iloc[:, 0]
    # Bars from old to new down the rows, so that the mean is over them and not over sessions.
    means = mean(closes.iloc[:, bars - 1 :: -1].T, bars).iloc[-1]
    return log_ratio(newest, means)
