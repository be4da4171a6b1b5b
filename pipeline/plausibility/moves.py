"""Moves that no market makes: a misplaced decimal point, a split that was not adjusted."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.base.dates import day
from pipeline.plausibility.remarks import Remark
from pipeline.plausibility.scope import Scope
from pipeline.series.kinds import FETCHED_AT, Series

_SLIP = 5.0
"""Factor from which a move that is taken back at once is a slip of the decimal point."""
_LEAST_POINTS = 0.3
"""Difference, in points, below which yields near zero may move by any factor."""
_RATIOS = (1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 15.0, 20.0, 25.0, 50.0)
_DECIMAL = 10.0
_NEAR_RATIO = 0.07
"""What the market may have moved besides the split, as a fraction."""


@dataclass(frozen=True)
class _Move:
    """A row that is too far from the one before, and whether the next one takes it back."""

    name: str
    before: pd.Timestamp
    when: pd.Timestamp
    old: float
    new: float
    returns: bool
    beyond: bool

    @property
    def factor(self) -> float:
        """Of the move, at least 1; infinite where a sign changes."""
        if self.old * self.new <= 0:
            return float("inf")
        return max(self.new / self.old, self.old / self.new)

    def __str__(self) -> str:
        back = ", and back at once" if self.returns else ""
        return f"{self.old:g} on {day(self.before)} to {self.new:g} on {day(self.when)}{back}"


def inspect(frame: pd.DataFrame, series: Series, where: str, scope: Scope) -> Iterator[Remark]:
    """Refuse impossible moves of required series and slips of any price or yield; tell the rest."""
    if np.isinf(series.step) and np.isinf(series.points):
        return
    moves = [
        move for name, values in _columns(frame, series) for move in _large(name, values, series)
    ]
    moves = [move for move in moves if move.when >= scope.sessions[0].tz_localize(move.when.tz)]
    for move in moves:
        if _impossible(move, series):
            yield scope.refuse(series, where, _words(move, series), _remedy(move, series))
            return
    if moves:
        more = f", and {len(moves) - 1} more such moves" if len(moves) > 1 else ""
        first = moves[-1]
        yield Remark(series.name, f"{_words(first, series)}{more}")


def _columns(frame: pd.DataFrame, series: Series) -> Iterator[tuple[str, pd.Series]]:
    clock = "date" if "date" in frame else "time"
    dated = frame.set_index(clock)
    if series.kind == "panel":
        yield from ((str(name), dated[name]) for name in dated if name != FETCHED_AT)
    else:
        yield "", dated["close" if series.kind == "bar" else "value"]


def _large(name: str, values: pd.Series, series: Series) -> Iterator[_Move]:
    known = values.dropna()
    numbers = known.to_numpy(dtype=float)
    old, new = numbers[:-1], numbers[1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(old * new > 0, np.maximum(new / old, old / new), np.inf)
    if np.isinf(series.points):
        beyond = large = factor > series.step
    else:
        beyond = abs(new - old) > series.points
        slips = (old * new > 0) & (factor > _SLIP) & (abs(new - old) > _LEAST_POINTS)
        large = beyond | slips
    for at in map(int, np.flatnonzero(large)):
        following = numbers[at + 2] if at + 2 < len(numbers) else np.nan
        back = at + 1 < len(large) and large[at + 1] and _closer(old[at], new[at], following)
        taken = at > 0 and large[at - 1] and _closer(numbers[at - 1], old[at], new[at])
        if not taken:
            dates = known.index[at], known.index[at + 1]
            yield _Move(name, *dates, old[at], new[at], bool(back), bool(beyond[at]))


def _closer(before: float, between: float, after: float) -> bool:
    """Whether a value is back at where it came from."""
    return abs(after - before) < abs(between - before) / 2


def _impossible(move: _Move, series: Series) -> bool:
    slip = move.returns and move.factor >= _SLIP and series.kind != "snapshot"
    return slip or (series.required and move.beyond)


def _words(move: _Move, series: Series) -> str:
    column = f"(column {move.name}) " if move.name else ""
    return f"{column}goes from {move}, {_meaning(move, series)}"


def _meaning(move: _Move, series: Series) -> str:
    ratio = _ratio(move)
    if series.adjusted and ratio and not move.returns:
        many = f"{ratio:g}:1" if ratio != 1.5 else "3:2"
        many = many if move.new < move.old else "1:" + f"{ratio:g}"
        makes = "or a misplaced decimal point makes" if ratio == _DECIMAL else "makes"
        return f"a factor of {move.factor:.3g}, as a {many} split that is not adjusted {makes}"
    if move.beyond and np.isfinite(series.points):
        return f"a move of {abs(move.new - move.old):g} points"
    return f"a factor of {move.factor:.3g}" + (
        ", as a misplaced decimal point makes" if move.factor > _SLIP else ""
    )


def _remedy(move: _Move, series: Series) -> str:
    if series.adjusted and not move.returns:
        whole = "export the whole history again, adjusted for splits and dividends"
        return f"correct the value, or {whole}" if _ratio(move) == _DECIMAL else whole
    return "correct the value, or leave its cell empty"


def _ratio(move: _Move) -> float | None:
    near = min(_RATIOS, key=lambda ratio: abs(move.factor / ratio - 1))
    return near if abs(move.factor / near - 1) < _NEAR_RATIO else None
