"""The board's rows: one a feature, made from what was known at the last session."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from features.engine.declaration import COMPONENTS
from features.registry import Feature, compute_last, registered
from pipeline.board import standing
from pipeline.board.absence import reason
from pipeline.board.standing import Band, Direction
from pipeline.desk.units import FLAG, shown
from pipeline.scoring.freshness import age_of

YEAR = 252
"""Sessions of the small line."""

_THINNED = 5
_DIGITS = 6


@dataclass(frozen=True)
class Row:
    """One feature at the last session.

    Attributes
    ----------
    feature
        How it is declared: name, label, driver, signals, unit.
    value, before
        In its unit, at the last session and `standing.SPAN` sessions earlier; None when missing.
    percentile
        Share of its own earlier values that are below, between 0 and 1.
    history
        Number of those earlier values.
    direction, band, band_before
        See `pipeline.board.standing`; ``band_before`` is of `standing.SPAN` sessions earlier, by
        what was known then.
    age_sessions
        Sessions since the oldest observation that the value rests on.
    missing
        Why there is no value; empty when there is one.
    read_by
        Rules, windows of the model and other features that read it.
    last_year
        Its values at the last `YEAR` sessions, oldest first.
    """

    feature: Feature
    value: float | None
    before: float | None
    percentile: float | None
    history: int
    direction: Direction | None
    band: Band | None
    band_before: Band | None
    age_sessions: int | None
    missing: str
    read_by: tuple[str, ...]
    last_year: tuple[float | None, ...]

    @property
    def changed(self) -> bool:
        """Whether it is in another band than `standing.SPAN` sessions ago."""
        return None not in {self.band, self.band_before} and self.band != self.band_before

    @property
    def shown(self) -> str:
        """Today's value as people read it; empty when missing."""
        return "" if self.value is None else shown(self.value, self.feature.unit)

    @property
    def shown_before(self) -> str:
        """As `shown`, of `standing.SPAN` sessions ago."""
        return "" if self.before is None else shown(self.before, self.feature.unit)

    def document(self) -> dict[str, Any]:
        """As scripts get it, the last year thinned to one value a week."""
        return {
            "feature": self.feature.name,
            "label": self.feature.label,
            "driver": self.feature.driver,
            "signals": list(self.feature.signals),
            "unit": self.feature.unit,
            "value": self.value,
            "shown": self.shown,
            "before": self.before,
            "percentile": self.percentile,
            "history": self.history,
            "direction": self.direction,
            "band": self.band,
            "band_before": self.band_before,
            "changed": self.changed,
            "age_sessions": self.age_sessions,
            "missing": self.missing,
            "read_by": list(self.read_by),
            "last_year": [_rounded(value) for value in self.last_year[::-_THINNED][::-1]],
        }


def rows(
    values: pd.DataFrame,
    panel: pd.DataFrame,
    components: Sequence[str],
    read_by: Mapping[str, Sequence[str]],
) -> list[Row]:
    """Every registered feature at the last session of ``values``.

    Parameters
    ----------
    values
        Features by session, as ``data/features.parquet`` has them.
    panel
        Columns of the series and their ages, to the same last session; members are not needed.
    components
        Series that the composite is made of.
    """
    return [
        _row(feature, values, panel, components, tuple(read_by.get(name, ())))
        for name, feature in registered().items()
    ]


def up_to(panel: pd.DataFrame, values: pd.DataFrame, settings: Mapping[str, Any]) -> pd.DataFrame:
    """Features to the panel's last session: those of sessions that came after the last run too.

    Parameters
    ----------
    panel
        The whole panel, members included.
    values
        Features as the last run left them.
    settings
        What features may ask for by name.
    """
    waiting = int((panel.index > values.index[-1]).sum())
    names = [name for name in registered() if name in values]
    if not waiting:
        return values
    return pd.concat([values[names], compute_last(panel, settings, names, waiting)])


def _row(
    feature: Feature,
    values: pd.DataFrame,
    panel: pd.DataFrame,
    components: Sequence[str],
    read_by: tuple[str, ...],
) -> Row:
    known = feature.name in values
    past = values[feature.name].to_numpy(float) if known else np.full(len(values), np.nan)
    inputs = [part for n in feature.inputs for part in (components if n == COMPONENTS else (n,))]
    value, flag = _number(past[-1]), feature.unit == FLAG
    missing = "" if value is not None else reason(inputs, panel)
    return Row(
        feature=feature,
        value=value,
        before=_number(past[-1 - standing.SPAN]) if len(past) > standing.SPAN else None,
        percentile=standing.percentile(past),
        history=len(standing.earlier(past)),
        direction=standing.direction(past),
        band=standing.band(past, flag=flag),
        band_before=standing.band(past, -1 - standing.SPAN, flag=flag),
        age_sessions=None if value is None else age_of(feature.inputs, components, panel.iloc[-1]),
        missing=missing if known else "not computed yet: run `dvc repro`",
        read_by=read_by,
        last_year=tuple(_number(each) for each in past[-YEAR:]),
    )


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{_DIGITS}g}")
