"""The nearest flip: the smallest move of one driver that would change the tier."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from features.registry import registered
from models.scenarios import SCENARIOS
from pipeline.desk.decision import raised_by, tier_of
from pipeline.desk.rules import Day
from pipeline.desk.tier import tier
from pipeline.desk.units import FLAG
from pipeline.scoring.model import Model
from pipeline.scoring.reference import Reference


@dataclass(frozen=True)
class Move:
    """One feature moved alone, by so many standard deviations."""

    name: str
    deviations: float


def nearest_flip(
    model: Model, reference: Reference, inputs: pd.DataFrame, day: Day
) -> dict[str, Any] | None:
    """Search coarsely, then finely, over every number that the tier depends on.

    Everything but the one feature stands still, which a market rarely does: it tells how far the
    tier is from an edge, not what is likely.

    Parameters
    ----------
    model, reference
        The model that scores, and the scales.
    inputs
        One row: what the windows read at the session.
    day
        The session as the rules know it.

    Returns
    -------
    dict or None
        ``feature, driver, unit, value, move`` (in the unit), ``standard_deviations`` and the
        ``tier`` it leads to; None when nothing flips within the farthest move.
    """
    settings = reference.settings.flip
    today = tier_of(day, reference.settings)
    search = _Search(model, reference, inputs, day)
    names = [
        name for name in reference.spread if day.units.get(name) != FLAG and search.knows(name)
    ]
    steps = np.arange(settings.coarse, settings.farthest + settings.coarse / 2, settings.coarse)
    near = search.first([Move(n, s * d) for s in steps for n in names for d in (1, -1)], today)
    if near is None:
        return None
    last = abs(near[0].deviations)
    first = last - settings.coarse + settings.fine
    finer = np.arange(first, last + settings.fine / 2, settings.fine)
    moves = [Move(n, s * d) for s in finer for n in names for d in (1, -1)]
    move, tier = search.first(moves, today) or near
    return _document(move, tier, reference, day)


class _Search:
    """Tiers of many moves at once: the windows are asked once for all of them."""

    def __init__(self, model: Model, reference: Reference, inputs: pd.DataFrame, day: Day) -> None:
        self._model, self._reference, self._inputs, self._day = model, reference, inputs, day
        self._ruled = set(reference.settings.tier_conditions)
        self._today = raised_by(day, reference.settings)

    def knows(self, name: str) -> bool:
        return not np.isnan(self._day.values.get(name, np.nan))

    def first(self, moves: list[Move], today: int) -> tuple[Move, int] | None:
        """The first of the moves that changes the tier."""
        for move, found in zip(moves, self._tiers(moves), strict=True):
            if found != today:
                return move, found
        return None

    def _tiers(self, moves: list[Move]) -> Iterator[int]:
        columns = {str(name): place for place, name in enumerate(self._inputs.columns)}
        cells = np.repeat(self._inputs.to_numpy(dtype=float), len(moves), axis=0)
        for row, move in enumerate(moves):
            if move.name in columns:
                cells[row, columns[move.name]] = self._target(move)
        rows = pd.DataFrame(cells, columns=self._inputs.columns)
        rules = self._reference.settings
        proba = self._model.windows[rules.tier.window].predict_proba(rows)
        for move, each in zip(moves, proba.tolist(), strict=True):
            probabilities = {rules.tier.window: dict(zip(SCENARIOS, each, strict=True))}
            moved = replace(self._day, probabilities=probabilities)
            count, defence = self._raised_by(move)
            yield tier(moved, count, defence=defence, settings=rules.tier)

    def _raised_by(self, move: Move) -> tuple[int, bool]:
        """What raises the tier: other than today only where a rule reads the feature."""
        rules = self._reference.settings
        if move.name not in self._ruled:
            return self._today
        values = {**self._day.values, move.name: self._target(move)}
        return raised_by(replace(self._day, values=values), rules)

    def _target(self, move: Move) -> float:
        return self._day.values[move.name] + move.deviations * self._reference.spread[move.name]


def _document(move: Move, tier: int, reference: Reference, day: Day) -> dict[str, Any]:
    known = registered()
    return {
        "feature": move.name,
        "driver": known[move.name].driver,
        "unit": day.units.get(move.name, ""),
        "value": day.values[move.name],
        "move": float(move.deviations * reference.spread[move.name]),
        "standard_deviations": round(float(move.deviations), 6),
        "tier": tier,
    }
