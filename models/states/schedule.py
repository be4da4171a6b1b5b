"""The walk-forward schedule: fit on the past, publish what follows, refit, never look back."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.states.refit import Refit, refit
from models.states.settings import StatesSettings
from models.states.tracking import CausalFilter
from models.walk_forward import rows_apart

Refitting = Callable[[pd.DataFrame, StatesSettings, CausalFilter | None], Refit]
"""`models.states.refit.refit`, or what gives the same from an earlier run."""


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


def walk_forward(
    observations: pd.DataFrame, settings: StatesSettings, refit: Refitting = refit
) -> StatesHistory:
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
    refit
        How each refit is made.

    Raises
    ------
    ValueError
        When there are fewer than ``min_train`` observed sessions, or none of the fits was sound.
    """
    observations = from_first_observed(observations, settings)
    current: CausalFilter | None = None
    refits, blocks = [], []
    for end, until in spans(observations, settings):
        made = refit(past(observations, end), settings, current)
        refits.append(made)
        current = made.followed(current, settings)
        if current is not None:
            block, current = current.advance(observations.iloc[end + 1 : until + 1])
            blocks.append(block)
    if current is None:
        raise ValueError(
            f"none of {len(refits)} fits of {settings.n_states} states was sound "
            f"(the last: {refits[-1].rejected}); use fewer states or a longer min_train"
        )
    return StatesHistory(pd.concat(blocks), tuple(refits), current)


def from_first_observed(observations: pd.DataFrame, settings: StatesSettings) -> pd.DataFrame:
    """The rows that are learned from and published; a `walk_forward` begins with them.

    Raises
    ------
    ValueError
        When there are fewer than ``min_train`` observed sessions.
    """
    observed = observations.notna().any(axis=1).to_numpy()
    if observed.sum() < settings.min_train:
        raise ValueError(
            f"{observed.sum()} sessions are observed and min_train is {settings.min_train}; "
            "give a longer history or lower min_train"
        )
    return observations.iloc[observed.argmax() :]


def past(observations: pd.DataFrame, end: int) -> pd.DataFrame:
    """All that a refit at position ``end`` sees; no later row is in its memory."""
    return rows_apart(observations, np.arange(end + 1))


def spans(observations: pd.DataFrame, settings: StatesSettings) -> Iterator[tuple[int, int]]:
    """Positions of each refit's last training row and of the last row published under it."""
    observed = observations.notna().any(axis=1).to_numpy()
    first = int(np.searchsorted(observed.cumsum(), settings.min_train))
    for end in range(first, len(observations), settings.refit_every):
        yield end, min(end + settings.refit_every, len(observations) - 1)
