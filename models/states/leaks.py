"""What the states would say if they were allowed to look ahead: for the audit's leak premium only.

Nothing here may be published or learnt from.
"""

import numpy as np
import pandas as pd

from models.states.filtering import FittedStates
from models.states.fitting import fit_states
from models.states.schedule import StatesHistory
from models.states.settings import StatesSettings


def smoothed(fit: FittedStates, observations: pd.DataFrame) -> pd.DataFrame:
    """Posteriors given all rows, later ones too (Kim 1994's backward pass over the filter).

    Returns
    -------
    pandas.DataFrame
        Columns ``state_0 …`` on the index of ``observations``.
    """
    posteriors, transition = fit.filter(observations), fit.parameters.transition
    predicted = posteriors @ transition
    for t in range(len(posteriors) - 2, -1, -1):
        posteriors[t] *= transition @ (posteriors[t + 1] / predicted[t])
        posteriors[t] /= posteriors[t].sum()
    return _frame(posteriors, observations)


def smoothed_history(history: StatesHistory, observations: pd.DataFrame) -> pd.DataFrame:
    """Published sessions under the fits that published them, but smoothed: the first leak alone."""
    fit_ends = history.posteriors["fit_end"]
    fits = {one.states.fit_end: one.states for one in history.fits if one.states is not None}
    leaky = [
        smoothed(fits[fit_end], observations).loc[rows.index]
        for fit_end, rows in fit_ends.groupby(fit_ends)
    ]
    return pd.concat(leaky)


def full_sample(observations: pd.DataFrame, settings: StatesSettings) -> pd.DataFrame:
    """Filtered posteriors under one fit on all sessions: the second leak alone."""
    states = fit_states(observations, settings).states
    return _frame(states.filter(observations), observations)


def _frame(posteriors: np.ndarray, observations: pd.DataFrame) -> pd.DataFrame:
    names = [f"state_{k}" for k in range(posteriors.shape[1])]
    return pd.DataFrame(posteriors, index=observations.index.rename("session"), columns=names)
