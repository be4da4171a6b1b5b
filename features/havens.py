"""Driver havens: gold's trend, and gold miners against gold and technology (S25, S26, S28)."""

import numpy as np
import pandas as pd

from features.maths.flags import beyond, flag
from features.maths.trailing import (
    change,
    correlation,
    drawdown,
    log,
    log_change,
    log_ratio,
    mean,
)
from features.registry import feature

LOG_RETURN, LOG_RATIO = "log return", "log ratio"


@feature("S25", label="gold miners against their year's high", unit="fraction", window=252)
def miners_drawdown_252(gdx: pd.Series) -> pd.Series:
    """Gold miners against their 252-session high."""
    return drawdown(gdx, 252)


@feature("S25", label="gold miners' drawdown beyond its band", unit="fraction", window=252)
def miners_drawdown_beyond_band(
    miners_drawdown_252: pd.Series, *, miners_drawdown_band: tuple[float, float]
) -> pd.Series:
    """Depth of the drawdown against its band: negative shallower, 0 inside, positive deeper."""
    return beyond(-miners_drawdown_252, miners_drawdown_band)


@feature(
    "S25",
    label="gold miners against gold {over}",
    unit=LOG_RETURN,
    window=lambda n: n + 1,
    speeds=(21, 63),
)
def miners_against_gold(gdx: pd.Series, gld: pd.Series, *, sessions: int) -> pd.Series:
    """Gold miners against gold; negative while gold holds: they trade as equities."""
    return change(log_ratio(gdx, gld), sessions)


@feature(
    "S25",
    label="gold miners to Nasdaq-100 correlation over {sessions} sessions",
    unit="correlation",
    window=lambda n: n + 1,
    speeds=(20, 60),
)
def miners_tech_correlation(gdx: pd.Series, qqq: pd.Series, *, sessions: int) -> pd.Series:
    """Correlation of daily returns of gold miners and the Nasdaq-100."""
    return correlation(log_change(gdx, 1), log_change(qqq, 1), sessions)


@feature("S26", label="gold {over}", unit=LOG_RETURN, window=lambda n: n + 1, speeds=(21, 63))
def gold_return(gld: pd.Series, *, sessions: int) -> pd.Series:
    """Return of gold (the fund, priced at the New York close)."""
    return log_change(gld, sessions)


@feature("S26", label="gold against its 200-session mean", unit=LOG_RATIO, window=200)
def gold_over_mean_200(gld: pd.Series) -> pd.Series:
    """Gold against its 200-session mean."""
    return log_ratio(gld, mean(gld, 200))


@feature("S26", label="gold is resilient", unit="flag", window=200)
def gold_resilient_flag(
    gold_over_mean_200: pd.Series, gold_return_21: pd.Series, *, gold_fall_allowed: float
) -> pd.Series:
    """Gold is above its 200-session mean and lost no more than ``gold_fall_allowed`` over 21."""
    holds = (gold_over_mean_200 > 0) & (gold_return_21 >= np.log1p(-gold_fall_allowed))
    return flag(holds, gold_over_mean_200, gold_return_21)


@feature("S26", label="gold against the level to watch", unit=LOG_RATIO, window=1)
def gold_over_watch_level(gold: pd.Series, *, gold_watch_level: float) -> pd.Series:
    """Gold, USD an ounce, over the level to watch."""
    return log(gold / gold_watch_level)


@feature(
    "S28", label="gold miners' price to net asset value", unit="ratio", window=1, optional=True
)
def miners_nav_level(miners_nav: pd.Series) -> pd.Series:
    """Gold miners' price to net asset value."""
    return miners_nav
