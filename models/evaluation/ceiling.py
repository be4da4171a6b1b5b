"""The ceiling: what forecasts would reach that knew one thing more than anybody can.

It stands beside the models and is none: it never scores, is in no pool, and no run is made of it.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from models.scenarios import SCENARIOS, Codes, Proba, Window

CEILING = "ceiling"
"""Name under which it stands among the scores of the models."""

IS_MODEL, KNOWS = "is_model", "knows"
"""Parts of its scores, and of no model's: that it is none, and what it knows, in words."""


def half_year_shares(sessions: pd.DatetimeIndex, codes: Codes) -> Proba:
    """Shares of the scenarios within each half of a calendar year, the same on all its sessions.

    Whoever gave them would know how often each scenario comes, and nothing of when within.

    Parameters
    ----------
    sessions, codes
        Shape (n,): sessions, and what happened.
    """
    halves = np.asarray(sessions.year * 2 + (sessions.quarter - 1) // 2)
    happened = pd.DataFrame(np.eye(len(SCENARIOS))[codes])
    return happened.groupby(halves).transform("mean").to_numpy()


def flagged(scores: Mapping[str, Any], window: Window) -> dict[str, Any]:
    """The ceiling's scores, saying that it is no model and what it knows."""
    seen = "exactly what the seen half of the window has brought"
    shares = "the shares of the scenarios in each half-year beforehand"
    return {**scores, IS_MODEL: False, KNOWS: seen if window.back else shares}


def models_of(scores: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The scores of one window without the ceiling's."""
    return {name: of for name, of in scores.items() if of.get(IS_MODEL, True)}
