"""What an exposure would have done: decided in the evening, acted on late, at a cost."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.evaluation.intervals import Resampling, bootstrap_means

SESSIONS_A_YEAR = 252
WORST = 0.05
"""Share of the days that the expected shortfall is the mean of."""

Series = NDArray[np.float64]


@dataclass(frozen=True)
class Performance:
    """What a position did; all but ``sharpe``, ``calmar`` and ``turnover_per_year`` are fractions.

    Attributes
    ----------
    annual_return, annual_volatility
        Compound return and standard deviation of daily returns, a year of 252 sessions, after
        costs; what is not invested earns the bill.
    sharpe
        Mean over standard deviation of the daily returns above the bill, a year (Sharpe 1994,
        Journal of Portfolio Management 21); None where they never vary.
    max_drawdown
        Deepest loss from a peak, 0 or negative.
    calmar
        ``annual_return`` over the size of ``max_drawdown``; None where there was no loss.
    expected_shortfall
        Mean of the worst ``WORST`` of daily returns.
    turnover_per_year
        Value traded a year, as a multiple of the capital.
    mean_exposure
        Mean share of the capital that was invested.
    """

    annual_return: float
    annual_volatility: float
    sharpe: float | None
    max_drawdown: float
    calmar: float | None
    expected_shortfall: float
    turnover_per_year: float
    mean_exposure: float


def held(exposure: Series, delay: int, longest: int) -> Series:
    """Exposure during each session that is scored.

    Parameters
    ----------
    exposure
        Shape (n,): by consecutive session, share of the capital to invest, decided that evening.
    delay
        Sessions between a decision and the position. 0 assumes that an exposure decided in the
        evening of t is held from that close on and earns the return of t + 1: it needs a fill at
        a close already gone, so it bounds what is possible. 1 assumes a fill at the close of
        t + 1. More show how much of a result hangs on being quick.
    longest
        The longest delay that is compared: every delay is scored on sessions ``longest + 1`` on.

    Raises
    ------
    ValueError
        When the delay is negative, which would be look-ahead, an exposure is not within 0 and 1,
        or there are too few sessions.
    """
    if delay < 0:
        raise ValueError(f"a delay of {delay} would trade before deciding; use >= 0")
    wrong = ~((exposure >= 0) & (exposure <= 1))
    if wrong.any():
        raise ValueError(f"exposure is {exposure[wrong][0]}; it must lie between 0 and 1")
    if len(exposure) < longest + 3:
        raise ValueError(
            f"{len(exposure)} sessions are too few for a delay of {longest}; "
            f"give at least {longest + 3}"
        )
    return exposure[longest - delay : len(exposure) - 1 - delay]


def net_returns(position: Series, returns: Series, bill: Series, cost: float) -> Series:
    """Daily return of a position after costs.

    Parameters
    ----------
    position
        Shape (n,): exposure during each session. Its first value is taken as already bought, and
        keeping a share of the capital from one session to the next as free.
    returns, bill
        Shape (n,): simple return of the asset and of cash in each session.
    cost
        Share of the traded value that a trade costs; 0.001 is 10 basis points.
    """
    traded = np.abs(np.diff(position, prepend=position[0]))
    return position * returns + (1.0 - position) * bill - cost * traded


def performance(position: Series, returns: Series, bill: Series, cost: float) -> Performance:
    """Measure a position; arguments as of `net_returns`."""
    net = net_returns(position, returns, bill, cost)
    wealth = np.cumprod(1.0 + net)
    years = len(net) / SESSIONS_A_YEAR
    grown = float(wealth[-1] ** (1.0 / years) - 1.0)
    deepest = max_drawdown(net)
    above = net - bill
    spread = above.std()
    return Performance(
        annual_return=grown,
        annual_volatility=float(net.std(ddof=1) * np.sqrt(SESSIONS_A_YEAR)),
        sharpe=float(above.mean() / spread * np.sqrt(SESSIONS_A_YEAR)) if spread else None,
        max_drawdown=deepest,
        calmar=grown / -deepest if deepest else None,
        expected_shortfall=float(np.sort(net)[: max(round(WORST * len(net)), 1)].mean()),
        turnover_per_year=float(np.abs(np.diff(position)).sum() / years),
        mean_exposure=float(position.mean()),
    )


def max_drawdown(net: Series) -> float:
    """Deepest loss from a peak, a fraction, of daily returns; the start counts as a peak."""
    wealth = np.cumprod(1.0 + net)
    return float((wealth / np.maximum(np.maximum.accumulate(wealth), 1.0) - 1.0).min())


def _sharpe(mean: Series, mean_square: Series) -> Series:
    """Sharpe ratio a year from the first two moments of daily returns above the bill."""
    return mean / np.sqrt(mean_square - mean**2) * np.sqrt(SESSIONS_A_YEAR)


def sharpe_difference(
    first: Series, second: Series, settings: Resampling
) -> tuple[float, float, float]:
    """Mean difference of Sharpe between two policies over ways of following them.

    One path of trades alone moves a Sharpe ratio by more than policies differ, so that both are
    followed in several ways (bands and delays) and the differences averaged. Sessions are drawn
    in blocks with all columns kept together (see ``Resampling``).

    Parameters
    ----------
    first, second
        Shape (n, ways): daily returns above the bill, the same sessions and ways.
    settings
        Blocks, repetitions, level and seed.

    Returns
    -------
    tuple of float
        ``first - second``, and the low and high end of its percentile interval; NaN on fewer
        sessions than two blocks, and where a position never varies.
    """
    ways = first.shape[1]
    columns = np.column_stack([first, second, first**2, second**2])
    drawn = bootstrap_means(columns, settings)
    means = np.vstack([columns.mean(axis=0), drawn])
    with np.errstate(invalid="ignore", divide="ignore"):
        ratios = _sharpe(means[:, : 2 * ways], means[:, 2 * ways :])
    differences = (ratios[:, :ways] - ratios[:, ways:]).mean(axis=1)
    if len(first) < 2 * settings.block or not np.isfinite(differences).all():
        return float(differences[0]), float("nan"), float("nan")
    outside = (1.0 - settings.level) / 2
    low, high = np.quantile(differences[1:], [outside, 1.0 - outside])
    return float(differences[0]), float(low), float(high)
