"""Which drivers move a scenario, and the name of the one that pushes the risk (S40)."""

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from features.engine.declaration import COMPONENTS, SCALE_FROM, SCALE_MIN_COUNT
from features.maths.composite import component_levels, component_moves, component_scale
from models.forecasting.attribution import Terms, by_driver
from models.scenarios import SCENARIOS, Proba
from models.states.inputs import STATE
from pipeline.scoring.model import Model
from pipeline.settings.desk import DriverSettings

MIXED, NO_DRIVER = "mixed", "none"
STATES_DRIVER = "states"
_COMPOSITE = re.compile(r"composite_(?:nowcast_)?(\d+)")
_SEPARATOR = "|"


class Attribution:
    """The windows' terms at one session, grouped by driver.

    The composite's terms are credited to the components that moved it its way, each by the size of
    its move: a composite is the mean of its components' moves, and "conditions" would hide whether
    the dollar, credit or bitcoin did it. Moves are those published, also for ``composite_nowcast``.

    Parameters
    ----------
    model
        The model that scores.
    features
        What its windows read; the last row is the session.
    panel
        Panel up to the session.
    settings
        Driver of each component, and the names.
    """

    def __init__(
        self, model: Model, features: pd.DataFrame, panel: pd.DataFrame, settings: DriverSettings
    ) -> None:
        self._model, self._features, self._settings = model, features, settings
        self._driver = {feature.name: feature.driver for feature in model.features}
        self._driver |= {
            str(c): STATES_DRIVER for c in features.columns if str(c).startswith(STATE)
        }
        self._levels = _levels(model, panel)
        self._scale = component_scale(self._levels, model.settings[SCALE_MIN_COUNT])
        self._shares: dict[str, dict[str, float]] = {}

    def of(self, window: str, scenario: str) -> dict[str, float]:
        """Push of each driver towards a scenario of a window, in log odds against the others."""
        terms = self._terms(window)
        split = {name: self._split(given) for name, given in terms.items()}
        code = SCENARIOS.index(scenario)
        drivers = {
            column: column.partition(_SEPARATOR)[0] for t in split.values() for column in t or ()
        }
        return {driver: float(term[-1, code]) for driver, term in by_driver(split, drivers).items()}

    def by_input(self, window: str, scenario: str) -> dict[str, float]:
        """As `of`, by what the window reads and not by driver."""
        terms = self._terms(window)
        columns = {column: column for given in terms.values() for column in given or ()}
        code = SCENARIOS.index(scenario)
        return {name: float(term[-1, code]) for name, term in by_driver(terms, columns).items()}

    def _terms(self, window: str) -> Mapping[str, Terms | None]:
        fitted = self._model.windows[window]
        return fitted.contributions(self._features.tail(1 + fitted.context))

    def _split(self, terms: Terms | None) -> dict[str, Proba] | None:
        """Terms by ``driver|column``, a composite's by those of its components."""
        if terms is None:
            return None
        return {
            f"{driver}{_SEPARATOR}{column}": term[-1:] * share
            for column, term in terms.items()
            for driver, share in self._credited(column).items()
        }

    def _credited(self, column: str) -> Mapping[str, float]:
        found = _COMPOSITE.fullmatch(column)
        if found is None:
            return {self._driver[column]: 1.0}
        if column not in self._shares:
            self._shares[column] = self._component_shares(int(found.group(1)))
        return self._shares[column] or {self._driver[column]: 1.0}

    def _component_shares(self, sessions: int) -> dict[str, float]:
        moves = component_moves(self._levels, sessions, self._scale).iloc[-1].dropna()
        along = moves[np.sign(moves) == np.sign(moves.mean())].abs()
        by_name = (
            (along / along.sum()).groupby(self._settings.components).sum() if len(along) else along
        )
        return {str(driver): float(share) for driver, share in by_name.items()}


def named(pushes: Mapping[str, float], settings: DriverSettings) -> str:
    """S40: the driver that pushes the risk up most, in words.

    ``mixed`` when none has the ``dominant`` share of what the nameable ones push; ``none`` when
    none of them pushes it up.
    """
    up = {driver: pushes.get(driver, 0.0) for driver in settings.words}
    up = {driver: push for driver, push in up.items() if push > 0}
    if not up:
        return NO_DRIVER
    first = max(up, key=lambda driver: up[driver])
    return settings.words[first] if up[first] >= settings.dominant * sum(up.values()) else MIXED


def _levels(model: Model, panel: pd.DataFrame) -> pd.DataFrame:
    levels = component_levels(panel, model.settings[COMPONENTS])
    return levels.loc[model.settings[SCALE_FROM] :]
