"""Analogs: the past sessions most like this one, and what followed them."""

from typing import Any

import numpy as np
import pandas as pd

from models.scenarios import Window
from pipeline.scoring.reference import PRICES, Reference
from pipeline.scoring.snapshot import Snapshot

_CLIP = 3.0
"""Standard deviations beyond which an input counts no more: one odd number is not all."""


def analogs(
    reference: Reference, today: pd.DataFrame, snapshot: Snapshot, window: Window
) -> list[dict[str, Any]]:
    """Nearest past sessions whose outcome was known, the nearest first.

    A session that lacks an input that today has cannot be compared, and is none.

    Parameters
    ----------
    reference
        Scale of the inputs.
    today
        One row: the windows' inputs at the session.
    snapshot
        What was known at the session.
    window
        The window whose scenario, and whose moves of prices, followed.

    Returns
    -------
    list of dict
        ``session``, ``distance`` (root mean square difference in standard deviations),
        ``scenario`` and the return of each price over the window, as a fraction.
    """
    labels = snapshot.labels[snapshot.labels["window"] == window.name].set_index("session")
    known = labels.index[labels["label_end"] < snapshot.session]
    past = snapshot.past.iloc[: -reference.settings.analogs.apart]
    past = past[past.index.isin(known)]
    here, there = (np.clip(reference.standardised(rows), -_CLIP, _CLIP) for rows in (today, past))
    # Counted as no difference, what a session lacks would make it the likest of all.
    gaps = (there - here)[:, ~np.isnan(here[0])]
    whole = np.flatnonzero(~np.isnan(gaps).any(axis=1))
    past, distances = past.iloc[whole], np.sqrt((gaps[whole] ** 2).mean(axis=1))
    prices = snapshot.panel[list(PRICES)]
    nearest = _apart(distances, reference.settings.analogs.count, reference.settings.analogs.apart)
    return [
        {
            "session": f"{past.index[row]:%Y-%m-%d}",
            "distance": float(distances[row]),
            "scenario": str(labels["scenario"][past.index[row]]),
            **_followed(prices, past.index[row], window.ahead),
        }
        for row in nearest
    ]


def _apart(distances: np.ndarray, count: int, apart: int) -> list[int]:
    """Rows of the smallest distances, no two within ``apart`` rows."""
    chosen: list[int] = []
    for row in np.argsort(distances, kind="stable"):
        if all(abs(int(row) - other) >= apart for other in chosen):
            chosen.append(int(row))
        if len(chosen) == count:
            break
    return chosen


def _followed(prices: pd.DataFrame, session: pd.Timestamp, ahead: int) -> dict[str, float | None]:
    following = prices.loc[session:].iloc[: ahead + 1]
    grown = following.iloc[-1] / following.iloc[0] - 1.0
    moves = {str(name): float(move) for name, move in grown.items()}
    return {name: None if np.isnan(move) else move for name, move in moves.items()}
