"""Funding in another unit than a fraction, or of another interval than stated."""

from collections.abc import Iterator

import pandas as pd

from pipeline.base.dates import day
from pipeline.plausibility.remarks import Remark
from pipeline.plausibility.scope import Scope
from pipeline.series.kinds import Series

_PERSISTENT = {21: 8.0, 90: 5.0}
"""Prints, and the median absolute rate a year (1 is 100 %) that they never reached: XBTUSD's
highest was 6.6 over 21 prints and 3.5 over 90, in 2017. Percent read as a fraction is a hundred
times the usual 0.05 to 0.3."""
_TYPICAL = 3.0
"""The same for a whole file: the largest real one is 0.3."""
_HOURS_A_YEAR = 24.0 * 365.0
_BASIS_POINTS = 0.15
"""Median absolute rate from which it is in basis points: in percent it is near 0.01."""
_LEAST, _FEW = 3, 0.05
_TOLERANCE = 0.25


def inspect(frame: pd.DataFrame, series: Series, where: str, scope: Scope) -> Iterator[Remark]:
    """Refuse rates that no market pays for weeks, and intervals that the prints contradict."""
    if series.kind != "funding":
        return
    fault = unit_fault(frame) or _interval_fault(frame)
    if fault is not None:
        yield scope.refuse(series, where, *fault)


def unit_fault(frame: pd.DataFrame) -> tuple[str, str] | None:
    """What shows that rates are no fractions, and the remedy; None where nothing does."""
    size = frame["rate"].abs()
    yearly = size * (_HOURS_A_YEAR / frame["interval_hours"])
    if yearly.median() > _TYPICAL:
        return _wrong_unit(size, yearly, frame["time"].iloc[0])
    for prints, most in _PERSISTENT.items():
        level = yearly.rolling(prints).median()
        if (level > most).any():
            at = int((level > most).to_numpy().argmax())
            part = slice(max(0, at - prints + 1), at + 1)
            return _wrong_unit(size.iloc[part], yearly.iloc[part], frame["time"].iloc[part.start])
    return None


def _wrong_unit(size: pd.Series, yearly: pd.Series, since: pd.Timestamp) -> tuple[str, str]:
    basis_points = size.median() >= _BASIS_POINTS
    unit, divisor = ("basis points", "10,000") if basis_points else ("percent", "100")
    return (
        (
            f"has a typical rate of {size.median():g} from {day(since)} on, {yearly.median():.0%} "
            f"a year, which nobody pays for weeks: it seems to be in {unit} and not a fraction"
        ),
        f"divide the column by {divisor}",
    )


def _interval_fault(frame: pd.DataFrame) -> tuple[str, str] | None:
    """The most common spacing of prints that state one interval must be that interval."""
    spacing = (frame["time"].diff().dt.total_seconds() / 3600).round(2)
    for stated in sorted(frame["interval_hours"].unique()):
        rows = frame[frame["interval_hours"] == stated]
        measured = spacing[rows.index].dropna()
        if len(measured) < _LEAST:
            continue
        common = float(measured.mode().iloc[0])
        shorter = measured < stated - _TOLERANCE
        if abs(common - stated) > _TOLERANCE or shorter.mean() > _FEW:
            found = (
                common if abs(common - stated) > _TOLERANCE else measured[shorter].mode().iloc[0]
            )
            wrong = (measured - stated).abs() > _TOLERANCE
            since = frame["time"].loc[wrong.index[wrong][0]]
            return (
                (
                    f"says that its prints settle {stated:g} hours, but from {day(since)} on they "
                    f"come {found:g} hours apart"
                ),
                "correct interval_hours, or leave the column out to have it measured",
            )
    return None
