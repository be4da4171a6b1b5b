"""Whether the session, and the last quarter, look like what the model was trained on."""

from typing import Any

import numpy as np
import pandas as pd

from pipeline.scoring.reference import Reference


def drift(reference: Reference, today: pd.DataFrame, past: pd.DataFrame) -> dict[str, Any]:
    """Guard against sessions that the model has never seen the like of.

    Parameters
    ----------
    reference
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
    settings = reference.settings.drift
    distance = float(reference.distance(today)[0])
    recent = np.nan_to_num(reference.standardised(past.tail(settings.recent)))
    means = recent.mean(axis=0) if len(recent) else np.zeros(len(reference.columns))
    return {
        "out_of_distribution": distance > reference.limit,
        "distance": distance,
        "limit": reference.limit,
        "outside_range": _outside(reference, today),
        "shifted": {
            name: float(mean)
            for name, mean in zip(reference.columns, means, strict=True)
            if abs(mean) > settings.shifted
        },
    }


def _outside(reference: Reference, today: pd.DataFrame) -> list[str]:
    values = today[list(reference.columns)].to_numpy(dtype=float)[0]
    outside = (values < reference.low) | (values > reference.high)
    return [name for name, out in zip(reference.columns, outside, strict=True) if out]
