"""Reliability: whether what was given 30 percent happened 30 percent of the time."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.scenarios import SCENARIOS, Codes, Proba

Truth = NDArray[np.bool_]
"""Shape (n,): whether the scenario happened."""

BINS = 10
"""Bins of equal count that a reliability table asks for; ties may leave fewer."""


@dataclass(frozen=True, eq=False)
class BinMeans:
    """What each bin holds, all of shape (bins,), by rising probability."""

    predicted: NDArray[np.float64]
    observed: NDArray[np.float64]
    count: NDArray[np.int64]


def bin_means(truth: Truth, probability: NDArray[np.float64], bins: int = BINS) -> BinMeans:
    """Mean forecast and frequency in bins of about equal count.

    Equal probabilities always share a bin, so a constant forecast has one bin and is judged by
    its one frequency.

    Parameters
    ----------
    truth, probability
        Shape (n,): whether it happened, and the probability it had been given.
    bins
        How many quantile bins to ask for; empty ones are left out.
    """
    edges = np.quantile(probability, np.linspace(0.0, 1.0, bins + 1)[1:-1])
    place = np.searchsorted(edges, probability)
    count = np.bincount(place, minlength=bins)
    filled = count > 0
    predicted = np.bincount(place, weights=probability, minlength=bins)[filled] / count[filled]
    observed = np.bincount(place, weights=truth, minlength=bins)[filled] / count[filled]
    return BinMeans(predicted, observed, count[filled])


def reliability_table(y_true: Codes, proba: Proba, bins: int = BINS) -> pd.DataFrame:
    """Reliability of every scenario, one row a scenario and bin.

    Parameters
    ----------
    y_true
        Shape (n,): codes of what happened.
    proba
        Shape (n, 3): what had been forecast.
    bins
        How many quantile bins to ask for.

    Returns
    -------
    pandas.DataFrame
        Columns ``scenario, bin, predicted, observed, count``: the bin's mean probability, the
        frequency of the scenario on its sessions, and how many these are.
    """
    tables = []
    for code, scenario in enumerate(SCENARIOS):
        means = bin_means(y_true == code, proba[:, code], bins)
        table = pd.DataFrame(vars(means))
        table.insert(0, "bin", np.arange(len(table)))
        table.insert(0, "scenario", scenario)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)
