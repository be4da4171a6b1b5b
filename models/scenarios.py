"""The label definition: a session's scenario is what happened, never what a model says."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SCENARIOS = ("base", "tightening_shock", "reflation")
"""Order of every probability vector; a scenario's code is its position here."""

BASE, TIGHTENING_SHOCK, REFLATION = range(3)

Codes = NDArray[np.int64]
"""Shape (n,): positions in ``SCENARIOS``."""

Proba = NDArray[np.float64]
"""Shape (n, 3), rows summing to one, columns in the order of ``SCENARIOS``."""


@dataclass(frozen=True)
class Window:
    """The sessions that a label looks at: ``(t - back, t + ahead]``.

    Attributes
    ----------
    name
        ``now``, ``week``, ``ahead`` or ``month``.
    back
        Sessions already seen at the decision; part of the outcome is then known.
    ahead
        Sessions still to come; the label is known no earlier than ``t + ahead``.
    """

    name: str
    back: int
    ahead: int

    @property
    def length(self) -> int:
        """Sessions that the window spans."""
        return self.back + self.ahead


def label(
    composite: pd.Series, window: Window, *, tightening_above: float, reflation_below: float
) -> pd.DataFrame:
    """Label every session whose window is complete.

    Parameters
    ----------
    composite
        Composite over ``window.length`` sessions, at the window's last session.
    window
        Which sessions around ``t`` are looked at.
    tightening_above, reflation_below
        Thresholds on the composite, in standard deviations.

    Returns
    -------
    pandas.DataFrame
        Columns ``session, window, scenario, composite, label_end``; ``label_end`` is the last
        session the label depends on. Sessions whose window is not complete have no row.
    """
    outcome = composite.shift(-window.ahead)
    ends = pd.Series(composite.index, index=composite.index).shift(-window.ahead)
    codes = np.select(
        [outcome > tightening_above, outcome < reflation_below], [TIGHTENING_SHOCK, REFLATION], BASE
    )
    labels = pd.DataFrame(
        {
            "session": composite.index,
            "window": window.name,
            "scenario": np.asarray(SCENARIOS)[codes],
            "composite": outcome.to_numpy(),
            "label_end": ends.to_numpy(),
        }
    )
    return labels[outcome.notna().to_numpy()].reset_index(drop=True)
