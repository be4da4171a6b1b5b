"""The part of a call that tells what can happen to the book."""

from typing import Annotated, TypedDict

Fraction = Annotated[float, ("minimum", 0.0), ("maximum", 1.0)]


class Sensitivity(TypedDict):
    """Beta of the book and the share of its variance that goes with it, in calm and in stress."""

    to: str
    calm_beta: float | None
    calm_explained: float | None
    calm_sessions: int
    stress_beta: float | None
    stress_explained: float | None
    stress_sessions: int


class Hedge(TypedDict):
    """What to sell against the book, as a multiple of its value, and the variance that removes."""

    instrument: str
    ratio: float
    removes: float
    measured_in: Annotated[str, ("enum", ("stress", "calm"))]


class PastWindows(TypedDict):
    """The book in past windows of one scenario; windows that overlap are of one episode."""

    sessions: int
    episodes: int
    median: float | None
    worst: float | None
    best: float | None
    lost: float | None


class BookRisk(TypedDict):
    """What the next sessions can do to the book; losses at risk are positive fractions of it."""

    origin: Annotated[str, ("enum", ("params.yaml", "holdings"))]
    weights: dict[str, float]
    cash: Fraction
    horizon: int
    distribution: str
    past_windows: int
    since: Annotated[str, ("format", "date")]
    quantiles: dict[str, float]
    tail: float
    value_at_risk: float
    expected_shortfall: float
    risk_limit: float
    within_limit: bool
    exposure_within_limit: Fraction
    sensitivities: list[Sensitivity]
    hedge: Hedge | None
    past: dict[str, PastWindows]
