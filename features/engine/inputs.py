"""What features read, found by name in one panel; each table and each feature is made once."""

from collections.abc import Iterable, Mapping
from typing import Any, Self

import numpy as np
import pandas as pd

from features.engine.declaration import (
    BACK,
    COMPONENTS,
    FEATURES,
    LONGEST_RULE,
    MEMBER_FAMILIES,
    SCALE_FROM,
    TABLES,
    Feature,
    Recipe,
)
from features.errors import FeatureError
from features.maths.composite import component_levels, series_of


class Inputs:
    """Columns, member tables, components, shared tables and features of a panel.

    Parameters
    ----------
    panel
        One row a session, one column a series; a member's column is ``family.TICKER``.
    settings
        Section ``features.settings`` of ``params.yaml``, and the labels' ``components``.
    whole
        What ``panel`` is the tail of, for statistics of all sessions so far.
    """

    def __init__(
        self, panel: pd.DataFrame, settings: Mapping[str, Any], whole: Self | None = None
    ) -> None:
        self._panel = panel
        self._settings = settings
        self._whole = whole
        self._tables: dict[str, pd.Series | pd.DataFrame] = {}
        self._columns: dict[str, pd.Series] = {}
        self._values: dict[str, pd.Series] = {}

    def tail(self, rows: int) -> Self:
        """The last ``rows`` sessions, with this panel's running statistics."""
        return type(self)(self._panel.tail(rows), self._settings, whole=self)

    def frame(self, wanted: Iterable[Feature]) -> pd.DataFrame:
        """Features over the panel, one float column each; see `value`."""
        columns = {each.name: self.value(each) for each in wanted}
        return pd.DataFrame(columns, index=self._panel.index, dtype=float)

    def value(self, wanted: Feature) -> pd.Series:
        """A feature over the panel, checked.

        Raises
        ------
        FeatureError
            When the panel lacks a column, the settings lack a key or hold one that does not fit,
            or the feature returns another index or an infinite value.
        """
        if wanted.name not in self._values:
            value = _checked(self._call(wanted.recipe, wanted.name), wanted, self._panel.index)
            self._values[wanted.name] = value
        return self._values[wanted.name]

    def _call(self, recipe: Recipe, reader: str) -> Any:
        keywords = {name: self._setting(name, reader) for name in recipe.keywords}
        return recipe.compute(*(self._get(name, reader) for name in recipe.arguments), **keywords)

    def _get(self, name: str, reader: str) -> pd.Series | pd.DataFrame:
        if name in FEATURES:
            return self.value(FEATURES[name])
        shared = {COMPONENTS, *MEMBER_FAMILIES, *TABLES}
        if name in shared or name.endswith(BACK):
            if name not in self._tables:
                self._tables[name] = self._table(name, reader)
            return self._tables[name]
        return self._column(name.replace("__", "."), reader)

    def _table(self, name: str, reader: str) -> pd.Series | pd.DataFrame:
        if name in TABLES:
            recipe = TABLES[name]
            if recipe.whole and self._whole is not None:
                return self._whole._get(name, reader).tail(len(self._panel))
            return self._call(recipe, reader)
        if name == COMPONENTS:
            components = self._setting(COMPONENTS, reader)
            read = {series: self._column(series, reader) for series in series_of(components)}
            levels = component_levels(pd.DataFrame(read), components)
            return levels.loc[self._setting(SCALE_FROM, reader) :].reindex(levels.index)
        if name.endswith(BACK):
            return self._recent(f"{name.replace('__', '.')}_", reader)
        prefix = f"{name}."
        columns = [column for column in self._panel.columns if column.startswith(prefix)]
        return self._panel[columns].rename(columns=lambda column: column.removeprefix(prefix))

    def _recent(self, prefix: str, reader: str) -> pd.DataFrame:
        """The last closes of intraday bars at each session, newest first."""
        count = sum(column.startswith(prefix) for column in self._panel.columns)
        # One at least is asked for, so that a panel without bars is refused by the column's name.
        names = [f"{prefix}{back}" for back in range(max(count, 1))]
        for name in names:
            self._check(name, reader)
        return self._panel[names].astype(float)

    def _column(self, name: str, reader: str) -> pd.Series:
        if name not in self._columns:
            self._check(name, reader)
            self._columns[name] = _floats(self._panel[name])
        return self._columns[name]

    def _check(self, name: str, reader: str) -> None:
        if name not in self._panel:
            raise FeatureError(
                f"feature {reader!r} reads {name!r}, which the panel of {self._panel.shape[1]} "
                "columns does not have; name a series of the catalogue"
            )

    def _setting(self, name: str, reader: str) -> Any:
        if name not in self._settings:
            raise FeatureError(
                f"feature {reader!r} needs the setting {name!r}; "
                "add it to features.settings in params.yaml"
            )
        value = self._settings[name]
        if name.endswith("_sessions") and value not in range(1, LONGEST_RULE + 1):
            raise FeatureError(
                f"features.settings.{name} is {value!r}; feature {reader!r} needs a whole number "
                f"of sessions from 1 to {LONGEST_RULE}"
            )
        return value


def _checked(value: object, wanted: Feature, index: pd.Index) -> pd.Series:
    if not isinstance(value, pd.Series) or not value.index.equals(index):
        raise FeatureError(
            f"feature {wanted.name!r} must return one value for each of the {len(index)} sessions "
            f"given to it, but returned {_shape(value)}"
        )
    infinite = np.isinf(value.to_numpy(dtype=float))
    if infinite.any():
        raise FeatureError(
            f"feature {wanted.name!r} is infinite on {index[infinite.argmax()]:%Y-%m-%d}; "
            "guard the division or the logarithm in it"
        )
    return _floats(value)


def _floats(values: pd.Series) -> pd.Series:
    """The values as floats; those that are it already are not gone through again."""
    return values if values.dtype == np.float64 else values.astype(float)


def _shape(value: object) -> str:
    if isinstance(value, pd.Series):
        return f"a series of {len(value)} with another index"
    return f"a {type(value).__name__}"
