"""Whether a series begins in time and has no hole that a last value cannot stand in for."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.base.dates import day
from pipeline.base.errors import DataMissingError
from pipeline.plausibility.remarks import Remark
from pipeline.plausibility.scope import Scope
from pipeline.series.kinds import Series

_EXCHANGE = 2
"""Sessions without a row, beyond which one that the exchange's calendar rules is told of: the
carried value makes them days on which nothing moved."""
_QUARTER, _LACKING = 63, 1 / 6
"""Sessions, and the share of them that a required series may lack; yields lack one in 30."""


def inspect(frame: pd.DataFrame, series: Series, where: str, scope: Scope) -> Iterator[Remark]:
    """Refuse a required series that begins too late or has a hole; tell of the others' holes."""
    if series.kind == "value":
        dates = pd.DatetimeIndex(frame["date"])
        if series.required and series.name not in scope.replaced:
            yield from _late(dates[0], series, where, scope)
        yield from _hole(dates, series, where, scope)
    elif series.kind == "panel":
        yield from _late(frame["date"].iloc[0], series, where, scope)
        yield from _hole(pd.DatetimeIndex(frame["date"]), series, where, scope)


def _late(first: pd.Timestamp, series: Series, where: str, scope: Scope) -> Iterator[Remark]:
    if series.required and first >= scope.tested_from:
        raise DataMissingError(
            f"{where}: {series.name} begins on {day(first)}, but forecasts begin on "
            f"{day(scope.tested_from)} (walk_forward.first_test) and are trained on what came "
            f"before; bring its history from {day(scope.trained_from)} (features.start) on"
        )
    if first > scope.trained_from:
        yield Remark(
            series.name,
            f"begins on {day(first)}, after features.start ({day(scope.trained_from)}): what rests "
            f"on it is missing before; a part export is completed by the years before",
        )


def _hole(dates: pd.DatetimeIndex, series: Series, where: str, scope: Scope) -> Iterator[Remark]:
    if series.days == "any":
        return
    index = scope.sessions[(scope.sessions >= dates[0]) & (scope.sessions <= dates[-1])]
    if series.required and series.name not in scope.replaced:
        _sparse(index[index >= scope.trained_from], dates, series, where)
    longest = min(series.carry, _EXCHANGE) if series.days == "exchange" else series.carry
    holes = _runs(index, index.isin(dates), longest)
    if not holes:
        return
    used = [hole for hole in holes if hole[1] >= scope.trained_from and hole[2] > series.carry]
    if series.required and used and series.name not in scope.replaced:
        first, last, length = max(used, key=lambda hole: hole[2])
        raise DataMissingError(
            f"{where}: {series.name} is required and has no row on {length} sessions in a row, "
            f"{day(first)} to {day(last)}, longer than the {series.carry} that a last value may "
            "stand in for; bring the rows of these days"
        )
    first, last, length = max(holes, key=lambda hole: hole[2])
    more = f", and {len(holes) - 1} shorter holes" if len(holes) > 1 else ""
    meaning = "the last value stands in" if length <= series.carry else "it is missing there"
    yield Remark(
        series.name,
        f"no row on {length} sessions in a row, {day(first)} to {day(last)}{more}: {meaning}",
    )


def _sparse(index: pd.DatetimeIndex, dates: pd.DatetimeIndex, series: Series, where: str) -> None:
    """Refuse one that lacks a sixth of a quarter's sessions, as weekly rows or lost weekdays do."""
    lacking = pd.Series(~index.isin(dates), index).rolling(_QUARTER).sum()
    wrong = lacking > _LACKING * _QUARTER
    if wrong.any():
        last = lacking.index[int(wrong.to_numpy().argmax())]
        raise DataMissingError(
            f"{where}: {series.name} is required and has rows on only "
            f"{_QUARTER - int(lacking[last])} of the {_QUARTER} sessions up to {day(last)}; bring "
            "one row for each session"
        )


def _runs(
    index: pd.DatetimeIndex, has_row: np.ndarray, longest: int
) -> list[tuple[pd.Timestamp, pd.Timestamp, int]]:
    """First day, last day and length of each run of sessions without a row beyond ``longest``."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], (~has_row).astype(int), [0]])))
    runs = zip(edges[::2], edges[1::2], strict=True)
    return [(index[a], index[b - 1], int(b - a)) for a, b in runs if b - a > longest]
