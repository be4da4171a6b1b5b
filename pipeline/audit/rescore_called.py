"""Scores of the most probable scenario, made again by counting."""

from collections.abc import Iterator
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from models.scenarios import SCENARIOS

Codes = NDArray[np.int64]

_A_YEAR = 252
_EPISODE = 5
"""Sessions that a scenario must last to be an episode."""
_TAKEN_BACK = 5
"""Sessions within which a switch that is taken back was a whipsaw."""


def called_figures(called: Codes, truth: Codes) -> Iterator[tuple[str, float]]:
    """Figures of what was called, shape (n,), beside what happened, shape (n,)."""
    counts = [[((truth == i) & (called == j)).sum() for j in range(3)] for i in range(3)]
    table = np.array(counts)
    for i, happened in enumerate(SCENARIOS):
        for j, name in enumerate(SCENARIOS):
            yield f"confusion.{happened}.{name}", table[i, j]
    right, rows, columns = np.diag(table), table.sum(axis=1), table.sum(axis=0)
    met = rows + columns > 0
    yield "macro_f1", (2 * right[met] / (rows + columns)[met]).mean()
    yield "balanced_accuracy", (right[rows > 0] / rows[rows > 0]).mean()
    spells = [(code, len(list(group))) for code, group in groupby(called.tolist())]
    back = [
        spells[k - 1][0] == spells[k + 1][0] and spells[k][1] <= _TAKEN_BACK
        for k in range(1, len(spells) - 1)
    ]
    yield "switches_per_year", (len(spells) - 1) * _A_YEAR / len(called)
    yield "whipsaws_per_year", sum(back) * _A_YEAR / len(called)
    yield from _lags(called, truth)


def _lags(called: Codes, truth: Codes) -> Iterator[tuple[str, float]]:
    place, episodes = 0, []
    for code, group in groupby(truth.tolist()):
        length = len(list(group))
        if length >= _EPISODE:
            episodes.append((code, called[place : place + length].tolist()))
        place += length
    for name in ("tightening_shock", "reflation"):
        code = SCENARIOS.index(name)
        mine = [said for happened, said in episodes if happened == code]
        lags = [said.index(code) for said in mine if code in said]
        yield f"detection_lag.{name}.episodes", len(mine)
        yield f"detection_lag.{name}.detected", len(lags) / len(mine) if mine else np.nan
        middle = float(np.median(lags)) if lags else np.nan
        yield f"detection_lag.{name}.median_sessions", middle
