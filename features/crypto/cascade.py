"""Liquidations, amplification against the Nasdaq-100, and the flywheel they turn (S17 to S19)."""

import numpy as np
import pandas as pd

from features.maths.across import first_known, row_total
from features.maths.flags import flag
from features.maths.trailing import highest, log_ratio, lowest, ratio, rms
from features.registry import feature, table

MULTIPLE = "multiples of the 63-session norm"


@feature(
    "S17", label="long liquidations against their norm", unit=MULTIPLE, window=63, optional=True
)
def btc_long_liquidations(
    btc_liquidations_long: pd.Series, btc_open_interest_levels: pd.DataFrame
) -> pd.Series:
    """Long positions liquidated as a share of open interest, over the share's 63-session norm.

    Within the first vendor of open interest that can tell.
    """
    return _liquidated(btc_liquidations_long, btc_open_interest_levels)


@feature(
    "S17", label="short liquidations against their norm", unit=MULTIPLE, window=63, optional=True
)
def btc_short_liquidations(
    btc_liquidations_short: pd.Series, btc_open_interest_levels: pd.DataFrame
) -> pd.Series:
    """Short positions liquidated as a share of open interest, over the share's 63-session norm."""
    return _liquidated(btc_liquidations_short, btc_open_interest_levels)


@feature("S17", label="liquidation pressure", unit=MULTIPLE, window=64)
def btc_liquidation_pressure(
    btc_oi_change: pd.Series, btc_return_1: pd.Series, btc_range_over_norm: pd.Series
) -> pd.Series:
    """Proxy of long liquidations: open-interest drop times price drop times range.

    The geometric mean of the three, each over its own 63-session norm; 0 unless open interest and
    price both fell.
    """
    drops = _over_norm(btc_oi_change).clip(upper=0.0) * _over_norm(btc_return_1).clip(upper=0.0)
    return (drops * btc_range_over_norm).pow(1 / 3)


@feature("S18", label="bitcoin's range against its norm", unit=MULTIPLE, window=63)
def btc_range_over_norm(btc__high: pd.Series, btc__low: pd.Series) -> pd.Series:
    """Bitcoin's range of the session (log high over low): slippage, where books are thin."""
    return _over_norm(log_ratio(btc__high, btc__low))


@feature("S18", label="bitcoin's range against the Nasdaq-100's move", unit=MULTIPLE, window=64)
def btc_range_amplification(btc_range_over_norm: pd.Series, qqq_return: pd.Series) -> pd.Series:
    """Bitcoin's range minus the size of the Nasdaq-100's move, each over its norm."""
    return btc_range_over_norm - _over_norm(qqq_return).abs()


@feature("S18", label="bitcoin's move against the Nasdaq-100's", unit=MULTIPLE, window=64)
def btc_move_amplification(btc_return_1: pd.Series, qqq_return: pd.Series) -> pd.Series:
    """Bitcoin's move minus the Nasdaq-100's, each over its norm; negative: it fell the harder."""
    return _over_norm(btc_return_1) - _over_norm(qqq_return)


@table
def flywheel_turns(  # noqa: PLR0913 - four conditions, each with its measure and its threshold
    btc_return_1: pd.Series,
    btc_liquidation_pressure: pd.Series,
    btc_range_over_norm: pd.Series,
    btc_open_interest_change_5: pd.Series,
    btc_realised_5_over_63: pd.Series,
    *,
    flywheel_drop: float,
    flywheel_pressure: float,
    flywheel_slippage: float,
    flywheel_compression: float,
    flywheel_volatility: float,
) -> pd.DataFrame:
    """The flywheel's first four conditions, each 1, 0 or missing at every session."""
    compressed = btc_open_interest_change_5 < np.log1p(-flywheel_compression)
    spiked = btc_realised_5_over_63 > np.log(flywheel_volatility)
    return pd.DataFrame(
        {
            "drop": flag(btc_return_1 < np.log1p(-flywheel_drop), btc_return_1),
            "liquidation": flag(
                btc_liquidation_pressure > flywheel_pressure, btc_liquidation_pressure
            ),
            "slippage": flag(btc_range_over_norm > flywheel_slippage, btc_range_over_norm),
            "compression": flag(
                compressed & spiked, btc_open_interest_change_5, btc_realised_5_over_63
            ),
        }
    )


@feature("S19", label="liquidation flywheel stage", unit="stage", window=lambda n: n + 64)
def flywheel_stage(
    flywheel_turns: pd.DataFrame, btc: pd.Series, *, flywheel_sessions: int
) -> pd.Series:
    """How far the liquidation flywheel has turned within ``flywheel_sessions``: 0 to 5.

    1 the price drops by more than ``flywheel_drop`` in a session; 2 liquidation pressure exceeds
    ``flywheel_pressure``; 3 slippage: the range exceeds ``flywheel_slippage`` times its norm; 4
    open interest compresses by ``flywheel_compression`` over five sessions while volatility over
    five exceeds ``flywheel_volatility`` times that over 63; 5 a second wave: all four had happened
    by the session before, and the price drops again, to a low of the stretch. Each stage needs
    those before it.
    """
    reached = highest(flywheel_turns, flywheel_sessions, flywheel_sessions)
    stages = reached.cumprod(axis=1, skipna=False)
    again = (flywheel_turns["drop"] > 0) & (
        btc <= lowest(btc, flywheel_sessions, flywheel_sessions)
    )
    four = stages["compression"] == 1
    # Of the session before alone, four stages may lie outside today's stretch: no second wave then.
    second_wave = again & four & four.shift(1, fill_value=False)
    return row_total(stages).where(reached.notna().all(axis=1)) + second_wave


def _liquidated(liquidations: pd.Series, vendors: pd.DataFrame) -> pd.Series:
    return first_known(
        _over_norm(ratio(liquidations, vendors[vendor])) for vendor in vendors.columns
    )


def _over_norm(values: pd.Series) -> pd.Series:
    return ratio(values, rms(values, 63))
