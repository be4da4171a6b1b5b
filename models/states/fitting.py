"""One fit: standardise, let the starts compete, number the states."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from models.states.alignment import Alignment, align
from models.states.candidates import WARM, Candidate, choose, compete
from models.states.describe import words
from models.states.filtering import FittedStates, dimension_values
from models.states.parameters import Array, Parameters
from models.states.settings import StatesSettings
from models.states.starts import cold_starts


class UnsoundFitError(ValueError):
    """No start led to a sound fit; ``rejected`` tells why of each."""

    def __init__(self, candidates: tuple[Candidate, ...], session: pd.Timestamp) -> None:
        defects = "; ".join(f"{one.start}: {one.defect}" for one in candidates)
        super().__init__(
            f"no start gave a sound fit of the states on sessions up to {session:%Y-%m-%d} "
            f"({defects}); use fewer states or a longer min_train"
        )
        self.rejected = _rejected(candidates)


@dataclass(frozen=True, eq=False)
class Fit:
    """A chosen fit and how it was chosen.

    Attributes
    ----------
    states
        The fit in the inputs' own units, its states numbered.
    winner
        Name of the start that was chosen.
    log_likelihood
        Of the standardised training rows, in nats.
    spread
        Best minus worst log posterior among the sound starts, in nats: how rugged the ground is.
    margin
        ``Alignment.margin`` to the previous fit; NaN when there is none.
    candidates
        Every start.
    """

    states: FittedStates
    winner: str
    log_likelihood: float
    spread: float
    margin: float
    candidates: tuple[Candidate, ...]

    @property
    def rejected(self) -> tuple[tuple[str, str], ...]:
        """Refused starts, each with the reason."""
        return _rejected(self.candidates)


@dataclass(frozen=True, eq=False)
class _Rows:
    """Training rows in units of their own spread.

    Attributes
    ----------
    dimensions
        Names of the D columns.
    values
        Shape (n, D); NaN says missing.
    centre, scale
        Shape (D,): what was taken off and divided by; NaN in a dimension that the fit cannot use.
    """

    dimensions: tuple[str, ...]
    values: Array
    centre: Array
    scale: Array

    @classmethod
    def of(cls, observations: pd.DataFrame, min_observed: int) -> Self:
        dimensions = tuple(map(str, observations.columns))
        values = dimension_values(observations, dimensions)
        centre, scale = _centre_and_scale(values, min_observed)
        return cls(dimensions, (values - centre) / scale, centre, scale)


def climb_cold(
    observations: pd.DataFrame, settings: StatesSettings, count: int
) -> tuple[Candidate, ...]:
    """Climb from ``count`` cold starts, which know nothing of any fit before.

    Parameters
    ----------
    observations, settings
        As in `fit_states`, which takes what is returned.
    count
        ``first_starts`` before a first fit, ``starts`` before a later one.

    Raises
    ------
    ValueError
        When a value is infinite.
    """
    values = _Rows.of(observations, settings.min_observed).values
    return compete(values, cold_starts(values, count, settings), settings)


def fit_states(
    observations: pd.DataFrame,
    settings: StatesSettings,
    previous: FittedStates | None = None,
    cold: tuple[Candidate, ...] | None = None,
) -> Fit:
    """Fit on all the rows given.

    Parameters
    ----------
    observations
        Training rows by session, one column a dimension; NaN says missing.
    settings
        See ``StatesSettings``.
    previous
        A fit on the same dimensions to go on from and to keep state numbers with.
    cold
        From `climb_cold` on the same rows, where it has been called already.

    Raises
    ------
    UnsoundFitError
        When every start is refused.
    ValueError
        When ``order_by`` is no column or has too few values, or a value is infinite.
    """
    rows = _Rows.of(observations, settings.min_observed)
    column = _ordering_column(rows, settings)
    count = settings.first_starts if previous is None else settings.starts
    if cold is None or len(cold) != count:
        # Others than were foreseen, where no fit before was sound.
        cold = climb_cold(observations, settings, count)
    candidates = (*compete(rows.values, _warm(rows, previous), settings), *cold)
    chosen = choose(candidates, settings.cold_margin_nats)
    if chosen is None:
        raise UnsoundFitError(candidates, observations.index[-1])
    found = chosen.climb.parameters.transformed(rows.centre, rows.scale)
    alignment = _numbered(found, previous, column)
    parameters = found.permuted(alignment.order)
    levels = words(parameters.means[:, column])
    sound = [one.log_posterior for one in candidates if one.defect is None]
    return Fit(
        states=FittedStates(rows.dimensions, parameters, levels, observations.index[-1]),
        winner=chosen.start,
        log_likelihood=chosen.climb.log_likelihood,
        spread=max(sound) - min(sound),
        margin=alignment.margin,
        candidates=candidates,
    )


def _rejected(candidates: tuple[Candidate, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((one.start, one.defect) for one in candidates if one.defect)


def _centre_and_scale(values: Array, min_observed: int) -> tuple[Array, Array]:
    """Mean and standard deviation of the observed values, each of shape (D,).

    NaN, which makes the dimension missing in every row, where values are too few or all alike.
    """
    centre, scale = np.full((2, values.shape[1]), np.nan)
    for d, column in enumerate(values.T):
        observed = column[~np.isnan(column)]
        if len(observed) >= min_observed and observed.std() > 0.0:
            centre[d], scale[d] = observed.mean(), observed.std()
    return centre, scale


def _ordering_column(rows: _Rows, settings: StatesSettings) -> int:
    if settings.order_by not in rows.dimensions:
        known = ", ".join(rows.dimensions)
        raise ValueError(f"order_by is {settings.order_by!r}; use one of {known}")
    column = rows.dimensions.index(settings.order_by)
    if np.isnan(rows.scale[column]):
        raise ValueError(
            f"order_by is {settings.order_by!r}, which has fewer than "
            f"{settings.min_observed} values; begin later or order by another dimension"
        )
    return column


def _warm(rows: _Rows, previous: FittedStates | None) -> Iterator[tuple[str, Parameters]]:
    """The start that goes on from the fit before, where there is one."""
    if previous is not None:
        yield WARM, _standardised(previous.parameters, rows.centre, rows.scale)


def _standardised(parameters: Parameters, centre: Array, scale: Array) -> Parameters:
    """Bring earlier parameters to new units; a dimension new to them starts like all rows."""
    moved = parameters.transformed(-centre / scale, 1.0 / scale)
    return Parameters(
        start=moved.start,
        transition=moved.transition,
        means=np.nan_to_num(moved.means),
        variances=np.where(np.isnan(moved.variances), 1.0, moved.variances),
    )


def _numbered(found: Parameters, previous: FittedStates | None, column: int) -> Alignment:
    if previous is None:
        return Alignment(np.argsort(found.means[:, column]), float("nan"))
    return align(found, previous.parameters)
