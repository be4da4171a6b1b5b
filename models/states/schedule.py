"""The walk-forward schedule: fit on the past, publish what follows, refit, never look back."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.states.candidates import Candidate
from models.states.filtering import FittedStates
from models.states.fitting import Fit, UnsoundFitError, fit_states
from models.states.settings import StatesSettings
from models.states.tracking import CausalFilter
from models.walk_forward import rows_apart

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
        the state shown, with hysteresis), ``age`` (sessions that it has been shown), ``word`` (its
        name).
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
    current: CausalFilter | None = None
    refits, blocks = [], []
    for end, until in _spans(observations, settings):
        made, current = refit(current, rows_apart(observations, np.arange(end + 1)), settings)
        refits.append(made)
        if current is not None:
            block, current = current.advance(observations.iloc[end + 1 : until + 1])
            blocks.append(block)
    if current is None:
        raise ValueError(
            f"none of {len(refits)} fits of {settings.n_states} states was sound "
            f"(the last: {refits[-1].rejected}); use fewer states or a longer min_train"
        )
    return StatesHistory(pd.concat(blocks), tuple(refits), current)


def refit(
    previous: CausalFilter | None, past: pd.DataFrame, settings: StatesSettings
) -> tuple[Refit, CausalFilter | None]:
    """One step of the schedule: refit on all sessions so far, and filter them under the new fit.

    Parameters
    ----------
    previous
        The filter in use, standing at the last row of ``past``; None before the first sound fit.
    past
        Every session so far from the first observed one, and none later.
    settings
        See ``StatesSettings``.

    Returns
    -------
    tuple
        What happened, and the filter to publish from next: ``previous`` where no start was sound.
    """
    used = None if previous is None else previous.fit
    try:
        fit = fit_states(past, settings, used)
    except UnsoundFitError as unsound:
        return _kept(used, past.index[-1], unsound.candidates), previous
    posteriors = fit.states.filter(past)
    likeliest = posteriors.argmax(axis=1)
    revised = (likeliest != used.filter(past).argmax(axis=1)).mean() if used else float("nan")
    following = CausalFilter(
        fit=fit.states,
        session=past.index[-1],
        posterior=posteriors[-1],
        label=int(likeliest[-1]) if previous is None else previous.label,
        age=1 if previous is None else previous.age,
        shown_at=settings.shown_at,
    )
    return _made(fit, float(revised)), following


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
