"""How features are found and computed; how one is declared stands in ``declaration``."""

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

import pandas as pd

from features.engine.declaration import FEATURES, MEMBER_FAMILIES, Feature, feature, running, table
from features.engine.inputs import Inputs
from features.errors import FeatureError

__all__ = [
    "MEMBER_FAMILIES",
    "Feature",
    "FeatureError",
    "compute",
    "compute_last",
    "feature",
    "registered",
    "running",
    "select",
    "table",
]

_SHARING = 1.5
"""Windows apart by less than this factor are served by one tail."""


def registered() -> dict[str, Feature]:
    """Every feature by name, by file and in the order in which each file declares them."""
    _load()
    return {f.name: f for f in sorted(FEATURES.values(), key=lambda f: f.module)}


def select(names: Iterable[str] | None = None) -> list[Feature]:
    """Look features up by name; all of them when ``names`` is None.

    Raises
    ------
    FeatureError
        When a name is unknown; the message offers the nearest ones.
    """
    if names is None:
        return list(registered().values())
    _load()
    return [FEATURES[name] if name in FEATURES else _unknown(name, FEATURES) for name in names]


def compute(
    panel: pd.DataFrame, settings: Mapping[str, Any], names: Iterable[str] | None = None
) -> pd.DataFrame:
    """Compute features over a panel.

    Parameters
    ----------
    panel
        One row a session, one column a series; a member's column is ``family.TICKER``.
    settings
        Section ``features.settings`` of ``params.yaml``, and the labels' ``components``.
    names
        Which features; None for all.

    Returns
    -------
    pandas.DataFrame
        Same index as ``panel``, one float column a feature; NaN says missing.

    Raises
    ------
    FeatureError
        When a feature is unknown, its input or setting is missing, or it returns another index
        or an infinite value.
    """
    return Inputs(panel, settings).frame(select(names))


def compute_last(
    panel: pd.DataFrame, settings: Mapping[str, Any], names: Iterable[str], rows: int
) -> pd.DataFrame:
    """Compute features at the last ``rows`` sessions, each from about the tail that it declares.

    To the last bit what `compute` gives there, for the cost of the tails and not of the history;
    it takes and raises the same.
    """
    whole = Inputs(panel, settings)
    chosen = [(each.window or len(panel), each) for each in select(names)]
    tails = _tails({window for window, _each in chosen})
    groups: dict[int, list[Feature]] = {}
    for window, each in chosen:
        groups.setdefault(tails[window], []).append(each)
    computed = [whole.tail(tail + rows).frame(group).tail(rows) for tail, group in groups.items()]
    return pd.concat(computed, axis=1)


def _tails(windows: set[int]) -> dict[int, int]:
    """Length of the tail that serves each window: few lengths, so that inputs are shared."""
    tails: dict[int, int] = {}
    longest = max(windows)
    for window in sorted(windows, reverse=True):
        if window * _SHARING < longest:
            longest = window
        tails[window] = longest
    return tails


@cache
def _load() -> None:
    package = importlib.import_module("features")
    for module in pkgutil.walk_packages(package.__path__, "features."):
        importlib.import_module(module.name)


def _unknown(name: str, known: Mapping[str, Feature]) -> Feature:
    near = get_close_matches(name, known, n=3)
    hint = f"; did you mean {', '.join(near)}?" if near else ""
    raise FeatureError(f"no feature is called {name!r}{hint} (`undertow features` lists them)")
