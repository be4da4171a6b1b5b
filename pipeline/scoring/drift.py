"""Whether the session, and the last quarter, look like what the model was trained on."""

from typing import Any

import numpy as np
import pandas as pd

from pipeline.scoring.reference import Memory


def drift(memory: Memory, today: pd.DataFrame, past: pd.DataFrame) -> dict[str, Any]:
    """Guard against sessions that the model has never seen the like of.

    Parameters
    ----------
    memory
        Moments of the training.
    today
        One row: the windows' inputs at the session.
    past
        Inputs of earlier sessions.

    Returns
    -------
    dict
        ``distance`` of the session from the training's centre (about 1 on a usual day) and the
        ``limit`` beyond which it is ``out_of_distribution``; inputs ``outside_range`` of the
        training; inputs whose recent mean has ``shifted``, in training standard deviations.
    """
    settings = memory.settings.drift
    distance = float(memory.distance(today)[0])
    recent = np.nan_to_num(memory.standardised(past.tail(settings.recent)))
    means = recent.mean(axis=0) if len(recent) else np.zeros(len(memory.columns))
    return {
        "out_of_distribution": distance > memory.limit,
        "distance": distance,
        "limit": memory.limit,
        "outside_range": _outside(memory, today),
        "shifted": {
            name: float(mean)
            for name, mean in zip(memory.columns, means, strict=True)
            if abs(mean) > settings.shifted
        },
    }


def _outside(memory: Memory, today: pd.DataFrame) -> list[str]:
    values = today[list(memory.columns)].to_numpy(dtype=float)[0]
    outside = (values < memory.low) | (values > memory.high)
    return [name for name, out in zip(memory.columns, outside, strict=True) if out]
