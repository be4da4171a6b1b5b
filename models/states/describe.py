"""States in words and in numbers that a reader knows."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.states.filtering import FittedStates

_WORDS = {
    2: ("calm", "crisis"),
    3: ("calm", "normal", "crisis"),
    4: ("calm", "normal", "elevated", "crisis"),
    5: ("calm", "normal", "elevated", "stressed", "crisis"),
}


def words(level: NDArray[np.float64]) -> tuple[str, ...]:
    """Name each state by the rank of its mean volatility.

    Parameters
    ----------
    level
        Shape (K,): each state's mean of the dimension that orders the states.

    Returns
    -------
    tuple of str
        One word a state, from "calm" to "crisis"; "level 1 of K" onwards above five states.
    """
    n_states = len(level)
    ladder = _WORDS.get(n_states) or tuple(f"level {i + 1} of {n_states}" for i in range(n_states))
    return tuple(ladder[rank] for rank in np.argsort(np.argsort(level)))


def state_table(states: FittedStates) -> pd.DataFrame:
    """Each state in numbers.

    Returns
    -------
    pandas.DataFrame
        By state number: ``word``; the mean of each dimension (``log_x`` appears as ``x``, its
        geometric mean); ``stay``, the probability of the same state a session later; ``sessions``,
        how long it lasts on average; ``share``, the share of sessions in the long run.
    """
    parameters = states.parameters
    stay = np.diag(parameters.transition)
    means = {}
    for name, mean in zip(states.dimensions, parameters.means.T, strict=True):
        logged = name.startswith("log_")
        means[name.removeprefix("log_")] = np.exp(mean) if logged else mean
    return pd.DataFrame(
        {
            "word": states.words,
            **means,
            "stay": stay,
            "sessions": 1.0 / (1.0 - stay),
            "share": parameters.stationary(),
        }
    ).rename_axis("state")
