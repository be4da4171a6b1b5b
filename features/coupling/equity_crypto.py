"""Bitcoin and gold miners against equities: correlation, beta, and their bands (S21, S22)."""

import pandas as pd

from features.maths.flags import beyond, position
from features.maths.trailing import beta, change, correlation, ewma, log_change, ratio, root
from features.registry import feature

CORRELATION, BETA = "correlation", "beta"


@feature(
    "S21",
    label="bitcoin to S&P 500 correlation over {sessions} sessions",
    unit=CORRELATION,
    window=lambda n: n + 1,
    speeds=(20, 60),
)
def btc_spy_correlation(btc_return_1: pd.Series, spy: pd.Series, *, sessions: int) -> pd.Series:
    """Correlation of daily returns of bitcoin and the S&P 500."""
    return correlation(btc_return_1, log_change(spy, 1), sessions)


@feature("S21", label="fast correlation of bitcoin to the S&P 500", unit=CORRELATION, window=61)
def btc_spy_correlation_fast(
    btc_return_1: pd.Series, spy: pd.Series, *, correlation_half_life: float
) -> pd.Series:
    """Correlation of bitcoin and the S&P 500 that forgets half within ``correlation_half_life``.

    Exponentially weighted and without means (RiskMetrics 1996): one day of a joint shock moves it,
    where a correlation over 20 or 60 sessions hardly stirs.
    """
    return _fast_correlation(btc_return_1, log_change(spy, 1), correlation_half_life)


@feature(
    "S21",
    label="bitcoin to S&P 500 correlation within its stress band",
    unit="fraction of the band",
    window=21,
)
def btc_spy_stress_position(
    btc_spy_correlation_20: pd.Series, *, stress_correlation_band: tuple[float, float]
) -> pd.Series:
    """How far the 20-session correlation has come into its stress band: 0 below, 1 at its top."""
    return position(btc_spy_correlation_20, stress_correlation_band)


@feature("S21", label="change of the bitcoin to S&P 500 correlation", unit=CORRELATION, window=121)
def btc_spy_compression(btc_spy_correlation_60: pd.Series) -> pd.Series:
    """Change of the 60-session correlation over 60; positive: pressed into one trade."""
    return change(btc_spy_correlation_60, 60)


@feature(
    "S22",
    label="bitcoin to Nasdaq-100 correlation over {sessions} sessions",
    unit=CORRELATION,
    window=lambda n: n + 1,
    speeds=(20, 60),
)
def btc_qqq_correlation(
    btc_return_1: pd.Series, qqq_return: pd.Series, *, sessions: int
) -> pd.Series:
    """Correlation of daily returns of bitcoin and the Nasdaq-100."""
    return correlation(btc_return_1, qqq_return, sessions)


@feature(
    "S22", label="bitcoin to Nasdaq-100 correlation beyond its band", unit=CORRELATION, window=61
)
def btc_qqq_correlation_beyond_band(
    btc_qqq_correlation_60: pd.Series, *, nasdaq_correlation_band: tuple[float, float]
) -> pd.Series:
    """The 60-session correlation against its band: negative below, 0 inside, positive above."""
    return beyond(btc_qqq_correlation_60, nasdaq_correlation_band)


@feature(
    "S22",
    label="bitcoin's beta to the Nasdaq-100 over {sessions} sessions",
    unit=BETA,
    window=lambda n: n + 1,
    speeds=(63,),
)
def btc_beta(btc_return_1: pd.Series, qqq_return: pd.Series, *, sessions: int) -> pd.Series:
    """Beta of bitcoin to the Nasdaq-100."""
    return beta(btc_return_1, qqq_return, sessions)


@feature(
    "S22",
    label="gold miners' beta to the Nasdaq-100 over {sessions} sessions",
    unit=BETA,
    window=lambda n: n + 1,
    speeds=(63,),
)
def miners_beta(gdx: pd.Series, qqq_return: pd.Series, *, sessions: int) -> pd.Series:
    """Beta of gold miners to the Nasdaq-100."""
    return beta(log_change(gdx, 1), qqq_return, sessions)


@feature("S22", label="bitcoin's beta in stress minus that in calm", unit=BETA, window=253)
def btc_stress_beta_gap(
    btc_return_1: pd.Series, qqq_return: pd.Series, vix: pd.Series, *, stress_vix: float
) -> pd.Series:
    """Bitcoin's beta on sessions with VIX above ``stress_vix`` minus that on calm ones."""
    return _stress_gap(btc_return_1, qqq_return, vix, stress_vix)


@feature("S22", label="gold miners' beta in stress minus that in calm", unit=BETA, window=253)
def miners_stress_beta_gap(
    gdx: pd.Series, qqq_return: pd.Series, vix: pd.Series, *, stress_vix: float
) -> pd.Series:
    """Gold miners' beta on sessions with VIX above ``stress_vix`` minus that on calm ones."""
    return _stress_gap(log_change(gdx, 1), qqq_return, vix, stress_vix)


def _fast_correlation(left: pd.Series, right: pd.Series, half_life: float) -> pd.Series:
    left, right = left.where(right.notna()), right.where(left.notna())
    both, first, second = (
        ewma(product, half_life, sessions=60, min_count=20)
        for product in (left * right, left * left, right * right)
    )
    return ratio(both, root(first * second)).clip(-1.0, 1.0)


def _stress_gap(asset: pd.Series, index: pd.Series, vix: pd.Series, stress_vix: float) -> pd.Series:
    """Difference of betas in and out of stress, each from at least 21 sessions of the year."""
    stressed = beta(asset.where(vix > stress_vix), index, 252, min_count=21)
    calm = beta(asset.where(vix <= stress_vix), index, 252, min_count=21)
    return stressed - calm
