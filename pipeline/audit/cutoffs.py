"""At which sessions the future is exchanged."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.audit.replay import Stages
from pipeline.params import WalkForward

DEEP_SHARE = 6
"""One cut in so many goes as far as the models, which cost more than the features."""


@dataclass(frozen=True)
class Cut:
    """A session whose past is kept; ``deep`` ones go on to states, scenarios and outlook."""

    session: pd.Timestamp
    deep: bool


def choose_cuts(published: Stages, settings: WalkForward, count: int) -> list[Cut]:
    """Spread cuts over all that is published, the same ones every time.

    Deep cuts fall on the first sessions of refits, zero to three sessions in: there the last
    training rows of a fold that is not purged have outcomes beyond the cut.

    Parameters
    ----------
    published
        What the stages left.
    settings
        Schedule of the refits.
    count
        How many, at least one; a sixth of them, at least one, are deep.
    """
    deep = max(count // DEEP_SHARE, 1)
    forecast = pd.DatetimeIndex(published["outlook"].index)
    starts = np.arange(0, len(forecast), settings.refit_every)
    refits = starts[_spread(len(starts), deep)]
    places = np.minimum(refits + np.arange(deep) % 4, len(forecast) - 2)
    models = set(forecast[places])
    kept = pd.DatetimeIndex(published["features"].index)
    others = set(kept[_spread(len(kept), count - deep)]) - models
    return sorted(
        [*(Cut(session, deep=True) for session in models)]
        + [Cut(session, deep=False) for session in others],
        key=lambda cut: cut.session,
    )


def deep_sessions(cuts: Sequence[Cut]) -> list[pd.Timestamp]:
    """Sessions of the deep cuts."""
    return [cut.session for cut in cuts if cut.deep]


def _spread(length: int, count: int) -> np.ndarray:
    """Positions in the middle of ``count`` equal stretches of ``length``."""
    return np.unique(((np.arange(count) + 0.5) * length / max(count, 1)).astype(np.int64))
