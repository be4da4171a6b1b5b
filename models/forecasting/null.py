"""Random regimes: states that persist like real ones and know nothing."""

from datetime import date

import numpy as np
import pandas as pd

from models.scenarios import Codes

_ORIGIN = date(1900, 1, 1)


def random_regimes(sessions: pd.DatetimeIndex, *, stay: float, states: int, seed: int) -> Codes:
    """State of each session in a random Markov chain that stays with probability ``stay``.

    A model built on these shows what persistence and luck alone earn on the leaderboard. The
    state of a session depends on its date and the seed only, so that more history, earlier or
    later, changes nothing. The chain steps on every weekday, holidays too.

    Parameters
    ----------
    sessions
        Shape (n,), from 1900 on.
    stay
        Probability of the same state on the next weekday; a leaving chain goes to each other
        state with equal chance. ``1 - 1 / d`` gives stays of ``d`` sessions on average.
    states
        How many.
    seed
        Of the chain.

    Returns
    -------
    ndarray
        Shape (n,): states numbered from 0.
    """
    steps = np.busday_count(_ORIGIN, sessions.to_numpy().astype("datetime64[D]"))
    # One row of draws a step, so that a longer chain begins like a shorter one.
    draws = np.random.default_rng(seed).random((int(steps.max()) + 1, 2))
    jumps = 1 + np.floor(draws[:, 1] * (states - 1)).astype(np.int64)
    chain = np.cumsum(np.where(draws[:, 0] < stay, 0, jumps)) % states
    return chain[steps]
