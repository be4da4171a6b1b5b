"""Leaders against the index: leadership breaks, and the lower-low test (S10, S12)."""

import pandas as pd

from features.maths.flags import flag
from features.maths.trailing import change, drawdown, highest, log_change, log_ratio, lowest
from features.registry import feature


@feature("S12", label="Nasdaq-100 today", unit="log return", window=2)
def qqq_return(qqq: pd.Series) -> pd.Series:
    """The day's return of the Nasdaq-100."""
    return log_change(qqq, 1)


@feature("S10", label="S&P 500 against its year's high", unit="fraction", window=252)
def spy_drawdown_252(spy: pd.Series) -> pd.Series:
    """S&P 500 against its 252-session high."""
    return drawdown(spy, 252)


@feature(
    "S10",
    label="semiconductors against the index {over}",
    unit="log return",
    window=lambda n: n + 1,
    speeds=(5, 21),
)
def semis_against_index(smh: pd.Series, spy: pd.Series, *, sessions: int) -> pd.Series:
    """Semiconductors against the S&P 500."""
    return change(log_ratio(smh, spy), sessions)


@feature(
    "S10",
    label="software against the index {over}",
    unit="log return",
    window=lambda n: n + 1,
    speeds=(5, 21),
)
def software_against_index(igv: pd.Series, spy: pd.Series, *, sessions: int) -> pd.Series:
    """Software against the S&P 500."""
    return change(log_ratio(igv, spy), sessions)


@feature(
    "S10",
    label="Nasdaq-100 against the S&P 500 {over}",
    unit="log return",
    window=lambda n: n + 1,
    speeds=(5, 21),
)
def nasdaq_against_index(qqq: pd.Series, spy: pd.Series, *, sessions: int) -> pd.Series:
    """Nasdaq-100 against the S&P 500: whether technology leads."""
    return change(log_ratio(qqq, spy), sessions)


@feature(
    "S10", label="semiconductors break while the index holds", unit="flag", window=lambda n: n + 1
)
def semis_break_flag(
    smh: pd.Series, spy: pd.Series, *, leader_low_sessions: int, index_holds_within: float
) -> pd.Series:
    """Semiconductors break while the index holds: expect delayed weakness of the index.

    Relative to the S&P 500 they make a low of ``leader_low_sessions``, and the S&P 500 is within
    ``index_holds_within`` of its high over the same sessions.
    """
    return _break(smh, spy, leader_low_sessions, index_holds_within)


@feature("S10", label="software breaks while the index holds", unit="flag", window=lambda n: n + 1)
def software_break_flag(
    igv: pd.Series, spy: pd.Series, *, leader_low_sessions: int, index_holds_within: float
) -> pd.Series:
    """Software breaks while the index holds; see ``semis_break_flag``."""
    return _break(igv, spy, leader_low_sessions, index_holds_within)


@feature("S12", label="Nasdaq-100 made a lower low", unit="flag", window=lambda n: n)
def tech_lower_low_flag(
    qqq: pd.Series, *, tech_low_sessions: int, tech_low_recent_sessions: int
) -> pd.Series:
    """The Nasdaq-100 made a low of ``tech_low_sessions`` within ``tech_low_recent_sessions``."""
    low = _new_low(qqq, tech_low_sessions)
    return highest(low, tech_low_recent_sessions, tech_low_recent_sessions)


def _break(leader: pd.Series, index: pd.Series, sessions: int, within: float) -> pd.Series:
    relative = log_ratio(leader, index)
    low, below_high = _new_low(relative, sessions), drawdown(index, sessions, sessions)
    return flag((low == 1) & (below_high >= -within), low, below_high)


def _new_low(values: pd.Series, sessions: int) -> pd.Series:
    """Below every one of the ``sessions`` before."""
    before = lowest(values.shift(1), sessions, sessions)
    return flag(values < before, values, before)
