"""What if: the call of the latest session had some series closed elsewhere."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from features.registry import MEMBER_FAMILIES
from models.states.inputs import POSTERIORS
from pipeline.base.errors import ConfigurationError
from pipeline.base.words import did_you_mean
from pipeline.catalogue import CATALOGUE, JOINS
from pipeline.scoring.call import make_call
from pipeline.scoring.document import Call
from pipeline.scoring.model import Model
from pipeline.scoring.snapshot import Snapshot

_SHOCK = re.compile(
    r"(?P<name>[a-z0-9_]+)=(?P<size>[+-]?[0-9]{1,12}(?:\.[0-9]{1,12})?)(?P<unit>bp|%|)"
)
_BASIS_POINT, _RELATIVE = "bp", "%"
_ANY = 100.0
"""Farthest that a joined rate or log change can stand from zero."""
_JOINED = {join.name: join for join in JOINS}
_COMPARED = ("scenario", "scenario_in_progress", "probabilities", "risk", "tier", "exposure")
_COMPARED_RULES = ("action", "event_kind", "tape", "stack", "driver", "drivers")


@dataclass(frozen=True)
class Shock:
    """A move of one series: ``bp`` of a percentage, ``%`` of its value, or in its own unit."""

    series: str
    size: float
    unit: str

    def applied(self, value: float) -> float:
        """The value after the move."""
        if self.unit == _BASIS_POINT:
            return value + self.size / 100.0
        if self.unit != _RELATIVE:
            return value + self.size
        if self.series in _JOINED and _JOINED[self.series].by == "change":
            # All of it and more leaves nothing, of which there is no logarithm.
            left = self.size / 100.0
            return value + (float(np.log1p(left)) if left > -1.0 else -np.inf)
        return value * (1.0 + self.size / 100.0)


def parse(texts: Iterable[str], model: Model) -> list[Shock]:
    """Read shocks such as ``us10y=+25bp``, ``dxy=+1%``, ``btc=-8%`` or ``vix=+5``.

    Raises
    ------
    ConfigurationError
        When one cannot be read, or names a series that the model does not look at.
    """
    known = [name for name in model.reads if "." not in name and name not in MEMBER_FAMILIES]
    return [_shock(text, known) for text in texts]


def what_if(model: Model, snapshot: Snapshot, shocks: list[Shock]) -> dict[str, Any]:
    """How the call of the snapshot's last session would move.

    Only the named series move; what usually moves with them stays where it is unless it is named
    too. The last session's state is filtered again on both sides.

    Returns
    -------
    dict
        ``session``, ``moves`` (series, from, to), and the compared parts of the call ``before``
        and ``after``.
    """
    moved = _moved(snapshot, shocks)
    calls = [make_call(model, refiltered(model, each)) for each in (snapshot, moved)]
    return {
        "session": calls[0]["session"],
        "simulated": calls[0]["simulated"],
        "windows": calls[0]["windows"],
        "moves": [_move(shock, snapshot, moved) for shock in shocks],
        "before": _compared(calls[0]),
        "after": _compared(calls[1]),
    }


def refiltered(model: Model, snapshot: Snapshot) -> Snapshot:
    """The snapshot with its last state filtered from the one before."""
    before = snapshot.published.iloc[:-1]
    stood = replace(
        model.states,
        session=before.index[-1],
        posterior=before.filter(regex=POSTERIORS).iloc[-1].to_numpy(dtype=float),
        label=int(before["label"].iloc[-1]),
        age=int(before["age"].iloc[-1]),
    )
    observed = model.values(snapshot.panel, model.states.fit.dimensions, 1)
    last, _filter = stood.advance(observed)
    return replace(snapshot, published=pd.concat([before, last]))


def _shock(text: str, known: list[str]) -> Shock:
    found = _SHOCK.fullmatch(text.strip().lower())
    if found is None:
        raise ConfigurationError(
            f"{text!r} cannot be read as a move; write series=size, such as us10y=+25bp, dxy=+1% "
            "or vix=+5"
        )
    name, unit = found["name"], found["unit"]
    if name not in known:
        hint = did_you_mean(name, known, f"it looks at {', '.join(known)}")
        raise ConfigurationError(f"the model does not look at a series {name!r}; {hint}")
    if unit == _BASIS_POINT and (name not in CATALOGUE or CATALOGUE[name].unit != "percent"):
        raise ConfigurationError(f"{name} has no basis points; write {name}={found['size']}%")
    return Shock(name, float(found["size"]), unit)


def _moved(snapshot: Snapshot, shocks: list[Shock]) -> Snapshot:
    panel = snapshot.panel.copy()
    last = panel.index[-1]
    for shock in shocks:
        close = _closed(shock, float(panel[shock.series].iloc[-1]))
        panel.loc[last, shock.series] = close
        for part, widen in (("high", max), ("low", min)):
            bound = f"{shock.series}.{part}"
            if bound in panel:
                panel.loc[last, bound] = widen(float(panel[bound].iloc[-1]), close)
        for newest in _newest_bars(shock.series, panel):
            panel.loc[last, newest] = shock.applied(float(panel[newest].iloc[-1]))
    return replace(snapshot, panel=panel)


def _closed(shock: Shock, last: float) -> float:
    """Where the series would stand, which must be somewhere that it can."""
    close = shock.applied(last)
    low, high = CATALOGUE[shock.series].valid if shock.series in CATALOGUE else (-_ANY, _ANY)
    if np.isnan(last):
        raise ConfigurationError(f"{shock.series} has no value at the last session to move from")
    if not low < close < high:
        raise ConfigurationError(
            f"{shock.series} would move from {last:.6g} to {close:.6g}, outside {low:g} to "
            f"{high:g}; give a smaller move"
        )
    return close


def _newest_bars(series: str, panel: pd.DataFrame) -> list[str]:
    """Columns of the last closes within a day of the same market."""
    names = [str(name) for name in panel.columns if str(name).endswith(".back_0")]
    return [name for name in names if name.startswith(f"{series}_")]


def _move(shock: Shock, snapshot: Snapshot, moved: Snapshot) -> dict[str, Any]:
    here, there = (float(each.panel[shock.series].iloc[-1]) for each in (snapshot, moved))
    return {"series": shock.series, "from": here, "to": there}


def _compared(call: Call) -> dict[str, Any]:
    steps = {step["step"]: step["status"] for step in call["checklist"]}
    whole: dict[str, Any] = {**call}
    parts = {name: whole[name] for name in (*_COMPARED, *_COMPARED_RULES)}
    return parts | {"state": call["state"]["label"], "checklist": steps}
