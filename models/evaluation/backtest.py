"""What the tiers would have done: exposure decided in the evening, acted on late, at a cost."""

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SESSIONS_A_YEAR = 252

Series = NDArray[np.float64]


@dataclass(frozen=True)
class BacktestSettings:
    """How a decision becomes a position.

    Attributes
    ----------
    delays
        Sessions between a decision and the position. 0 assumes that an exposure decided in the
        evening of t is held from that close on and earns the return of t + 1: it needs a fill at
        a close already gone, so it bounds what is possible. 1 assumes a fill at the close of
        t + 1. More show how much of a result hangs on being quick. A delay of -1 would be
        look-ahead, and is refused.
    cost
        Share of the traded value that a trade costs; 0.001 is 10 basis points.
    """

    delays: tuple[int, ...] = (0, 1, 5, 10)
    cost: float = 0.001


@dataclass(frozen=True)
class Performance:
    """What a position did.

    Attributes
    ----------
    annual_return, annual_volatility
        Compound return and standard deviation of daily returns, a year of 252 sessions, as
        fractions, after costs; cash earns nothing.
    max_drawdown
        Deepest loss from a peak, 0 or negative, as a fraction.
    turnover_per_year
        Value traded a year, as a multiple of the capital.
    mean_exposure
        Mean share of the capital that was invested.
    """

    annual_return: float
    annual_volatility: float
    max_drawdown: float
    turnover_per_year: float
    mean_exposure: float


def tier_backtest(
    exposure: pd.Series, returns: pd.Series, settings: BacktestSettings
) -> dict[str, dict[str, float]]:
    """Performance of an exposure at every delay, beside two that decide nothing, on the same days.

    Parameters
    ----------
    exposure
        By consecutive session: share of the capital to invest, 0 to 1, decided that evening.
    returns
        By session: simple close-to-close return of the asset, at least for the same sessions.
    settings
        Delays and cost.

    Returns
    -------
    dict
        ``delay_0`` and so on, ``buy_and_hold``, and ``constant``: the mean exposure of the
        shortest delay, held throughout. Each holds the fields of ``Performance``.

    Raises
    ------
    ValueError
        When a delay is negative, an exposure is not within 0 and 1, a session has no return, or
        there are too few sessions for the longest delay.
    """
    earned = _check(exposure, returns, settings)
    wait = max(settings.delays) + 2
    decided = exposure.to_numpy(dtype=float)
    held = {
        f"delay_{delay}": decided[wait - 1 - delay - 1 : len(decided) - 1 - delay]
        for delay in sorted(settings.delays)
    }
    span = earned[wait - 1 :]
    first = next(iter(held.values()))
    held["buy_and_hold"] = np.ones_like(span)
    held["constant"] = np.full_like(span, first.mean())
    return {name: asdict(performance(h, span, settings.cost)) for name, h in held.items()}


def performance(held: Series, returns: Series, cost: float) -> Performance:
    """Measure a position.

    Parameters
    ----------
    held
        Shape (n,): exposure during each session. Its first value is taken as already bought, and
        keeping a share of the capital from one session to the next as free.
    returns
        Shape (n,): simple return of the asset in each session.
    cost
        Share of the traded value that a trade costs.
    """
    traded = np.abs(np.diff(held, prepend=held[0]))
    net = held * returns - cost * traded
    wealth = np.cumprod(1.0 + net)
    peak = np.maximum(np.maximum.accumulate(wealth), 1.0)
    years = len(net) / SESSIONS_A_YEAR
    return Performance(
        annual_return=float(wealth[-1] ** (1.0 / years) - 1.0),
        annual_volatility=float(net.std(ddof=1) * np.sqrt(SESSIONS_A_YEAR)),
        max_drawdown=float((wealth / peak - 1.0).min()),
        turnover_per_year=float(traded.sum() / years),
        mean_exposure=float(held.mean()),
    )


def _check(exposure: pd.Series, returns: pd.Series, settings: BacktestSettings) -> Series:
    if min(settings.delays) < 0:
        raise ValueError(f"a delay of {min(settings.delays)} would trade before deciding; use >= 0")
    wrong = ~exposure.between(0.0, 1.0)
    if wrong.any():
        raise ValueError(
            f"exposure is {exposure[wrong].iloc[0]} on {exposure.index[wrong][0]:%Y-%m-%d}; "
            "it must lie between 0 and 1"
        )
    if len(exposure) < max(settings.delays) + 3:
        raise ValueError(
            f"{len(exposure)} sessions are too few for a delay of {max(settings.delays)}; "
            f"give at least {max(settings.delays) + 3}"
        )
    earned = returns.reindex(exposure.index)
    if earned.iloc[1:].isna().any():
        absent = earned.index[1:][earned.iloc[1:].isna()]
        raise ValueError(
            f"no return on {absent[0]:%Y-%m-%d} ({len(absent)} sessions); "
            "give the asset's return for every session that has an exposure"
        )
    return earned.to_numpy(dtype=float)
