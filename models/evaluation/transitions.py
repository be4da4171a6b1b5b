"""How a model lives through change: skill on transition days, lag of detection, switches.

The called scenario is the most probable one.
"""

import numpy as np
from numpy.typing import NDArray

from models.evaluation.comparison import UNKNOWN
from models.scenarios import REFLATION, SCENARIOS, TIGHTENING_SHOCK, Codes

SESSIONS_A_YEAR = 252

LEAST_EPISODE = 5
"""Sessions that a run of one scenario must last to be an episode that could be detected."""

WHIPSAW_WITHIN = 5
"""A switch that is taken back within so many sessions is a whipsaw."""


def transition_days(y_true: Codes, last_known: Codes) -> NDArray[np.bool_]:
    """Sessions whose scenario is not the last one that was known when they were forecast.

    On these, carrying on what one knows is wrong. They are picked by their outcome: a forecast
    that always leans to the extremes gains on them too, so the skill there says something only
    beside the skill on all days.

    Parameters
    ----------
    y_true, last_known
        Shape (n,), as in ``Comparison``.
    """
    return (last_known != UNKNOWN) & (y_true != last_known)


def detection_lag(y_true: Codes, called: Codes) -> dict[str, dict[str, float]]:
    """How long episodes of tightening-shock and of reflation run before they are called.

    An episode is a run of at least ``LEAST_EPISODE`` sessions with that scenario; its lag is the
    number of sessions from its first one to the first on which it is called, 0 when it is called
    at once. One that ends without being called is missed.

    Parameters
    ----------
    y_true, called
        Shape (n,): what happened, and the most probable scenario of each session.

    Returns
    -------
    dict
        By scenario: number of ``episodes``, share ``detected``, and ``median_sessions`` of lag
        over the detected ones; NaN where there are none.
    """
    return {SCENARIOS[code]: _lags(code, y_true, called) for code in (TIGHTENING_SHOCK, REFLATION)}


def switches_per_year(called: Codes) -> float:
    """Changes of the called scenario, a year of 252 sessions."""
    return float(np.count_nonzero(np.diff(called)) * SESSIONS_A_YEAR / len(called))


def whipsaws_per_year(called: Codes) -> float:
    """Switches taken back within ``WHIPSAW_WITHIN`` sessions, a year of 252 sessions."""
    starts, lengths = runs(called)
    scenario = called[starts]
    short = lengths[1:-1] <= WHIPSAW_WITHIN
    back = scenario[2:] == scenario[:-2]
    return float(np.count_nonzero(short & back) * SESSIONS_A_YEAR / len(called))


def runs(codes: Codes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First position and length of every stretch of equal codes, in order of time."""
    starts = np.flatnonzero(np.diff(codes, prepend=UNKNOWN))
    return starts, np.diff(starts, append=len(codes))


def _lags(code: int, y_true: Codes, called: Codes) -> dict[str, float]:
    starts, lengths = runs(y_true)
    episodes = (y_true[starts] == code) & (lengths >= LEAST_EPISODE)
    spans = zip(starts[episodes], lengths[episodes], strict=True)
    hits = [np.flatnonzero(called[start : start + length] == code) for start, length in spans]
    lags = [int(hit[0]) for hit in hits if len(hit)]
    return {
        "episodes": len(hits),
        "detected": len(lags) / len(hits) if hits else float("nan"),
        "median_sessions": float(np.median(lags)) if lags else float("nan"),
    }
