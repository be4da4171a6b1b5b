"""The walk-forward schedule: fit on the past, publish what follows, refit, never look back."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.states.candidates import Candidate
from models.states.filtering import FittedStates
from models.states.fitting import Fit, UnsoundFitError, fit_states
from models.states.settings import StatesSettings
from models.states.tracking import CausalFilter

KEPT = "kept"
"""Winner of a refit whose every start was refused: the previous fit stays in use."""


@dataclass(frozen=True, eq=False)
class Refit:
    """What happened at one refit.

    Attributes
    ----------
    fit_end
        Last session that the refit saw; rows of later sessions are published under it.
    states
        The fit in use from then on; None when no sound fit has been found yet.
    winner
        Name of the chosen start, or ``kept``.
    log_likelihood, spread, margin
        As in ``Fit``; NaN when nothing was chosen.
    revised
        Share of the sessions so far whose likeliest state the new fit sees otherwise; nothing
        published changes by it. NaN at the first fit.
    candidates
        Every start, with what was wrong with the refused ones.
    """

    fit_end: pd.Timestamp
    states: FittedStates | None
    winner: str
    log_likelihood: float
    spread: float
    margin: float
    revised: float
    candidates: tuple[Candidate, ...]

    @property
    def rejected(self) -> tuple[tuple[str, str], ...]:
        """Refused starts, each with the reason."""
        return tuple((one.start, one.defect) for one in self.candidates if one.defect)


@dataclass(frozen=True, eq=False)
class StatesHistory:
    """States as they were published, and the means to go on.

    Attributes
    ----------
    posteriors
        By session: ``state_0 …`` (filtered), ``fit_end``, ``entropy`` (nats), ``label`` (number of
        the state shown, with hysteresis), ``word`` (its name).
    fits
        One entry a refit, in order of time.
    last
        The last fit and where its filter stands.
    """

    posteriors: pd.DataFrame
    fits: tuple[Refit, ...]
    last: CausalFilter


def walk_forward(observations: pd.DataFrame, settings: StatesSettings) -> StatesHistory:
    """Publish each session's states from a fit on earlier sessions only.

    The first fit is made once ``min_train`` sessions have been observed, and a new one every
    ``refit_every`` sessions. At a refit the new fit filters the whole history up to its last
    training row, so that its filter goes on warm; rows published before are left as they are.

    Parameters
    ----------
    observations
        One row a session in order of time, one column a dimension; NaN says missing.
    settings
        See ``StatesSettings``.

    Raises
    ------
    ValueError
        When there are fewer than ``min_train`` observed sessions, or none of the fits was sound.
    """
    observations = _from_first_observed(observations, settings)
    walk = _Walk(settings)
    for end, until in _spans(observations, settings):
        walk.refit(observations.iloc[: end + 1])
        walk.publish(observations.iloc[end + 1 : until + 1])
    return walk.history()


def _from_first_observed(observations: pd.DataFrame, settings: StatesSettings) -> pd.DataFrame:
    observed = observations.notna().any(axis=1).to_numpy()
    if observed.sum() < settings.min_train:
        raise ValueError(
            f"{observed.sum()} sessions are observed and min_train is {settings.min_train}; "
            "give a longer history or lower min_train"
        )
    return observations.iloc[observed.argmax() :]


def _spans(observations: pd.DataFrame, settings: StatesSettings) -> Iterator[tuple[int, int]]:
    """Positions of each refit's last training row and of the last row published under it."""
    observed = observations.notna().any(axis=1).to_numpy()
    first = int(np.searchsorted(observed.cumsum(), settings.min_train))
    for end in range(first, len(observations), settings.refit_every):
        yield end, min(end + settings.refit_every, len(observations) - 1)


class _Walk:
    """The filter in use, and what has been published so far."""

    def __init__(self, settings: StatesSettings) -> None:
        self.settings = settings
        self.current: CausalFilter | None = None
        self.likeliest: NDArray[np.intp] = np.empty(0, dtype=np.intp)
        self.blocks: list[pd.DataFrame] = []
        self.refits: list[Refit] = []

    def refit(self, past: pd.DataFrame) -> None:
        previous = None if self.current is None else self.current.fit
        try:
            fit = fit_states(past, self.settings, previous)
        except UnsoundFitError as unsound:
            self.refits.append(_kept(previous, past.index[-1], unsound.candidates))
            return
        posteriors = fit.states.filter(past)
        likeliest = posteriors.argmax(axis=1)
        revised = float("nan") if previous is None else (likeliest != self.likeliest).mean()
        self.refits.append(_made(fit, float(revised)))
        self.current = CausalFilter(
            fit=fit.states,
            session=past.index[-1],
            posterior=posteriors[-1],
            label=int(likeliest[-1]) if self.current is None else self.current.label,
            shown_at=self.settings.shown_at,
        )
        self.likeliest = likeliest

    def publish(self, following: pd.DataFrame) -> None:
        if self.current is None:
            return
        block, self.current = self.current.advance(following)
        states = block.filter(regex=r"^state_\d+$").to_numpy()
        self.likeliest = np.append(self.likeliest, states.argmax(axis=1))
        self.blocks.append(block)

    def history(self) -> StatesHistory:
        if self.current is None:
            raise ValueError(
                f"none of {len(self.refits)} fits of {self.settings.n_states} states was sound "
                f"(the last: {self.refits[-1].rejected}); use fewer states or a longer min_train"
            )
        return StatesHistory(pd.concat(self.blocks), tuple(self.refits), self.current)


def _made(fit: Fit, revised: float) -> Refit:
    return Refit(
        fit_end=fit.states.fit_end,
        states=fit.states,
        winner=fit.winner,
        log_likelihood=fit.log_likelihood,
        spread=fit.spread,
        margin=fit.margin,
        revised=revised,
        candidates=fit.candidates,
    )


def _kept(
    states: FittedStates | None, session: pd.Timestamp, candidates: tuple[Candidate, ...]
) -> Refit:
    nothing = float("nan")
    return Refit(session, states, KEPT, nothing, nothing, nothing, nothing, candidates)
