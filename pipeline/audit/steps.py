"""What a replay computes, step by step, each from the rows that it has been handed so far.

Rows are handed in the order of time and nothing is ever taken back, so that a process never holds a
row later than the step that it is at.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from features.registry import compute
from pipeline import params
from pipeline.aligning.clock import Clock
from pipeline.aligning.panel import build_observed, build_panel
from pipeline.audit.followed import paths_of
from pipeline.audit.growing_panel import GrowingPanel
from pipeline.audit.refits import OutlookRefits, StatesRefits, appended
from pipeline.audit.remake import call, train
from pipeline.desk.history import tiers
from pipeline.params import Params
from pipeline.scoring.book.judge import forecast_book
from pipeline.training.ceiling import ceilings
from pipeline.training.labels import label_sessions

Frames = dict[str, pd.DataFrame]
Step = Callable[["Held", Frames, Mapping[str, Any]], Frames]

RAW = "raw."
"""Begins the names of frames that hold raw rows."""

LAST = "last"
"""Column of the features at the last session; a row of many columns is slow to hand over."""


class Held:
    """A replay's settings, and what it has been handed.

    Parameters
    ----------
    settings
        None reads them from the working folder's ``params.yaml``.
    """

    def __init__(self, settings: Params | None = None) -> None:
        self.settings = settings or params.load()
        self.panel = pd.DataFrame()
        self.growing: GrowingPanel | None = None
        self.states = StatesRefits(self.settings)
        self.outlook = OutlookRefits(self.settings)

    def step(self, name: str, frames: Frames, asked: Mapping[str, Any]) -> Frames:
        """Take one step by its name."""
        return _STEPS[name](self, frames, asked)


def frames_in(folder: Path) -> Frames:
    """Frames that were handed over in a folder."""
    return {path.stem: pd.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}


def frames_out(frames: Frames, folder: Path) -> None:
    """Put a step's results, and nothing else, into its folder."""
    for path in folder.glob("*.parquet"):
        path.unlink()
    for name, frame in frames.items():
        frame.to_parquet(folder / f"{name}.parquet")


def _market(held: Held, frames: Frames, _asked: Mapping[str, Any]) -> Frames:
    """Align, features and scenarios from raw rows."""
    raw = {name.removeprefix(RAW): rows for name, rows in frames.items() if name.startswith(RAW)}
    clock = Clock(pd.DatetimeIndex(frames["sessions"].index))
    panel, observed = build_panel(raw, clock), build_observed(raw, clock)
    settings = held.settings
    values = compute(panel, settings.feature_settings).loc[settings.features.start :]
    labels = label_sessions(observed, settings.scenarios)
    labels = labels[labels["session"] >= settings.features.start].reset_index(drop=True)
    return {"panel": panel, "observed": observed, "features": values, "scenarios": labels}


def _panel(_held: Held, frames: Frames, _asked: Mapping[str, Any]) -> Frames:
    """Align alone; of spliced sessions, only the ends of the blocks say anything."""
    raw = {name.removeprefix(RAW): rows for name, rows in frames.items() if name.startswith(RAW)}
    panel = build_panel(raw, Clock(pd.DatetimeIndex(frames["sessions"].index)))
    return {"panel": panel.loc[frames["ends"].index]}


def _features(held: Held, frames: Frames, asked: Mapping[str, Any]) -> Frames:
    """Features at the last sessions of a panel that ends there."""
    held.panel = appended(held.panel, frames["panel"])
    values = compute(held.panel, held.settings.feature_settings, asked["names"])
    return {"features": values.tail(asked["rows"])}


def _ended(held: Held, frames: Frames, _asked: Mapping[str, Any]) -> Frames:
    """Features at the last of the sessions so far, and of what is later nothing is there."""
    if held.growing is None:
        held.growing = GrowingPanel(frames["panel"], held.settings.feature_settings)
    held.growing.add(frames)
    return {"features": held.growing.last_features().T.set_axis([LAST], axis=1)}


def _spliced(held: Held, frames: Frames, asked: Mapping[str, Any]) -> Frames:
    """Features of a panel from which sessions are left out, at the ends of its blocks."""
    held.panel = appended(held.panel, frames.get("panel", held.panel.iloc[:0]))
    left = held.panel.loc[frames["sessions"].index]
    values = compute(left, held.settings.feature_settings, asked["names"])
    return {"features": values.loc[frames["ends"].index]}


def _refit_states(held: Held, frames: Frames, _asked: Mapping[str, Any]) -> Frames:
    """Fit the states on all observations so far; nothing is published yet."""
    held.states.refit(frames["observations"])
    return {}


def _publish_states(held: Held, frames: Frames, _asked: Mapping[str, Any]) -> Frames:
    """States of the sessions that follow, each filtered before the next one is there."""
    return {"states": held.states.publish(frames["observations"])}


def _fit(held: Held, frames: Frames, asked: Mapping[str, Any]) -> Frames:
    """Fit one window's models on the features and labels so far."""
    held.outlook.fit(asked["window"], frames["features"], frames["labels"])
    return {}


def _forecast(held: Held, frames: Frames, asked: Mapping[str, Any]) -> Frames:
    """Forecast the sessions handed over by the last fit."""
    return {"outlook": held.outlook.forecast(frames["features"], **asked)}


def _decide(held: Held, frames: Frames, asked: Mapping[str, Any]) -> Frames:
    """The desk's tier of every session; ``alone``: each from that session's rows only."""
    outlook, states, values = (frames[name] for name in ("outlook", "states", "values"))
    if not asked["alone"]:
        return {"tiers": tiers(outlook, states, values, held.settings.desk)}
    by_session = dict(list(outlook.groupby("session")))
    found = [
        tiers(rows, states.loc[[session]], values.loc[[session]], held.settings.desk)
        for session, rows in by_session.items()
        if session in values.index and session in states.index
    ]
    return {"tiers": pd.concat([each for each in found if len(each)])}


def _tails(held: Held, frames: Frames, _asked: Mapping[str, Any]) -> Frames:
    """Forecasts of the book's tails on the sessions of the outlook, by approach."""
    panel, outlook, labels = (frames[name] for name in ("panel", "outlook", "labels"))
    tables = forecast_book(held.settings, panel, outlook, labels)
    return {name: table.rename(columns=str) for name, table in tables.items()}


def _exposures(held: Held, frames: Frames, _asked: Mapping[str, Any]) -> Frames:
    """What every policy wants of each holding, evening by evening."""
    return {"exposures": paths_of(frames["panel"], frames["evenings"], held.settings)}


def _ceilings(held: Held, frames: Frames, _asked: Mapping[str, Any]) -> Frames:
    """Forecasts of every window's ceiling."""
    told = ceilings(held.settings, *(frames[name] for name in ("features", "labels", "outlook")))
    return {"ceilings": told}


def _train(held: Held, frames: Frames, _asked: Mapping[str, Any]) -> Frames:
    """The bundle of the tables that are handed over."""
    return train(frames, held.settings)


def _call(_held: Held, frames: Frames, _asked: Mapping[str, Any]) -> Frames:
    """The last session's call by the bundle that is handed over."""
    return call(frames)


_STEPS: dict[str, Step] = {
    "market": _market,
    "panel": _panel,
    "features": _features,
    "ended": _ended,
    "spliced": _spliced,
    "refit_states": _refit_states,
    "publish_states": _publish_states,
    "fit": _fit,
    "forecast": _forecast,
    "decide": _decide,
    "tails": _tails,
    "exposures": _exposures,
    "ceilings": _ceilings,
    "train": _train,
    "call": _call,
}
