"""How features are found and computed; how one is declared stands in ``declaration``."""

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

import pandas as pd

from features.declaration import (
    FEATURES,
    MEMBER_FAMILIES,
    Feature,
    FeatureError,
    feature,
    table,
)
from features.inputs import Inputs

__all__ = [
    "MEMBER_FAMILIES",
    "Feature",
    "FeatureError",
    "compute",
    "feature",
    "registry",
    "select",
    "table",
]


def registry() -> dict[str, Feature]:
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
    known = registry()
    if names is None:
        return list(known.values())
    return [known[name] if name in known else _unknown(name, known) for name in names]


def compute(
    panel: pd.DataFrame, settings: Mapping[str, Any], names: Iterable[str] | None = None
) -> pd.DataFrame:
    """Compute features over a panel.

    Parameters
    ----------
    panel
        One row a session, one column a series; a member's column is ``family.TICKER``.
    settings
        Section ``features.settings`` of ``params.yaml``, and the ruler's ``legs``.
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
    inputs = Inputs(panel, settings)
    columns = {wanted.name: inputs.value(wanted) for wanted in select(names)}
    return pd.DataFrame(columns, index=panel.index, dtype=float)


@cache
def _load() -> None:
    package = importlib.import_module("features")
    for module in pkgutil.walk_packages(package.__path__, "features."):
        importlib.import_module(module.name)


def _unknown(name: str, known: Mapping[str, Feature]) -> Feature:
    near = get_close_matches(name, known, n=3)
    hint = f"; did you mean {', '.join(near)}?" if near else ""
    raise FeatureError(f"no feature is called {name!r}{hint} (`undertow features` lists them)")
