"""What looking again on Sunday was worth: ``undertow now`` against the last call, all weekends.

It trains as often as the walk-forward does, each model on what was known before the weekend, and
writes what it found to ``pipeline/provisional/verdict.json``, which the command prints.
"""

from collections.abc import Iterator
from contextlib import chdir
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import typer
from scipy.stats import binomtest

from benchmarks.measure import python
from benchmarks.project import ROOT, Run, Size, project
from models.evaluation.intervals import Resampling
from models.evaluation.paired import paired_difference
from models.scenarios import SCENARIOS
from models.states.tracking import CausalFilter
from pipeline import params
from pipeline.base.console import show_json
from pipeline.base.progress import watched
from pipeline.desk.decision import decide
from pipeline.hindcast.as_of import content_as_of, filter_as_of
from pipeline.params import Params
from pipeline.provisional.known import known_at
from pipeline.provisional.rows import read_rows, rows_at
from pipeline.scoring.bundle import Training
from pipeline.scoring.call import make_day
from pipeline.scoring.gather import published_snapshot
from pipeline.scoring.model import Model
from pipeline.scoring.reference import read_reference
from pipeline.scoring.snapshot import Snapshot
from pipeline.sources import open_source
from pipeline.storage import store

VERDICT = ROOT / "pipeline" / "provisional" / "verdict.json"
HOUR = 23
"""Hour of Sunday (UTC) at which the view is taken."""
WINDOWS = ("now", "week", "ahead")
SIDES = ("last", "view", "next")
"""The last call, the view on Sunday, and the next session's call."""
Chunks = dict[pd.Timestamp, list[tuple[pd.Timestamp, pd.Timestamp]]]
"""Sessions, each with the one that follows, by the session that their model is trained on."""
TRIED = 2
"""Ways of bringing crypto up to the hour that were tried on these weekends (docs/method.md)."""
_STAGES = ("ingest", "align", "features", "scenarios", "states")
_BLOCK = 13
"""Weekends a block of the bootstrap: a quarter, as in the evaluation of sessions."""
_SUNDAY = 6


def main(
    folder: Annotated[Path, typer.Option(help="Folder with market files.")],
) -> None:
    """Measure it on market files, print it, and keep it beside the command."""
    with project(Run(Size.FULL, folder)) as place:
        for name in _STAGES:
            python("-m", f"pipeline.stages.{name}", folder=place)
        found = verdict(place) | {"data": digest(folder)}
    store.write_json(found, VERDICT)
    show_json(found)


def digest(folder: Path) -> str:
    """SHA-256 of a folder's files by name and content."""
    whole = sha256()
    for path in sorted(folder.rglob("*.csv")):
        whole.update(f"{path.relative_to(folder).as_posix()}\n".encode())
        whole.update(sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def verdict(place: Path) -> dict[str, Any]:
    """What the views were worth, in a project whose states have been fitted."""
    with chdir(place):
        settings, training = params.load(), _training()
        sessions = weekend_sessions(training.values.index, settings)
        told = watched(looks(sessions, training, settings), "weekends", len(sessions))
        return summary(pd.DataFrame(told).set_index("session"), training.labels, settings)


def weekend_sessions(index: pd.Index, settings: Params) -> pd.DatetimeIndex:
    """Last sessions before a Sunday, from the first forecast on, whose next session is known."""
    sessions = pd.DatetimeIndex(index)
    sundays = sessions[1:] > _sunday(sessions[:-1])
    tested = sessions[:-1] >= pd.Timestamp(settings.walk_forward.first_test)
    return sessions[:-1][sundays & tested]


def looks(
    sessions: pd.DatetimeIndex, training: Training, settings: Params
) -> Iterator[dict[str, Any]]:
    """What each side said of each weekend, one row a weekend.

    A model is trained on every ``walk_forward.refit_every``-th session and serves those from there
    on; its states are those of each session's own fit.
    """
    fits, rows = store.read_fit(store.STATES_FIT), read_rows(open_source(settings))
    for trained, served in _chunks(sessions, training, settings).items():
        model = Model.restore(content_as_of(settings, training, fits, trained))
        whole = published_snapshot(model)
        for session, following in served:
            moment = (_sunday(session) + pd.Timedelta(hours=HOUR)).tz_localize("UTC")
            known = rows_at(rows, moment, settings.data.source)
            last, later = whole.until(session), whole.until(following)
            states = CausalFilter.restore(filter_as_of(fits, last.published))
            sides = {
                "last": (last, _latest(model, last)),
                "view": known_at(replace(model, states=states), last, known, moment),
                "next": (later, _latest(model, later)),
            }
            yield {"session": session} | {
                f"{side}_{name}": value
                for side, read in sides.items()
                for name, value in _said(model, *read).items()
            }


def summary(told: pd.DataFrame, labels: pd.DataFrame, settings: Params) -> dict[str, Any]:
    """The verdict on what `looks` gave.

    Losses saved are in points of skill against the shares of outcomes known at the session, and
    only weekends whose outcome is known count.
    """
    resampling = replace(settings.evaluation.resampling, block=_BLOCK)
    windows = [name for name in WINDOWS if name in settings.scenarios.windows]
    rules = [str(name)[5:] for name in told if str(name).startswith("last_rule_")]
    return {
        "first": f"{told.index[0]:%Y-%m-%d}",
        "last": f"{told.index[-1]:%Y-%m-%d}",
        "weekends": len(told),
        "hour": HOUR,
        "level": resampling.level,
        "tried": TRIED,
        "measured": f"{pd.Timestamp.now('UTC'):%Y-%m-%d}",
        "windows": {name: _saved(told, labels, name, resampling) for name in windows},
        "rules": {name.removeprefix("rule_"): _agreement(told, name) for name in rules},
    }


def _chunks(sessions: pd.DatetimeIndex, training: Training, settings: Params) -> Chunks:
    """Sessions, each with the one that follows, by the session that their model is trained on."""
    chunks: Chunks = {}
    index = pd.DatetimeIndex(training.values.index)
    first = int(index.searchsorted(sessions[0]))
    for session in sessions:
        place = int(index.searchsorted(session))
        trained = index[place - (place - first) % settings.walk_forward.refit_every]
        chunks.setdefault(trained, []).append((session, index[place + 1]))
    return chunks


def _training() -> Training:
    """What the stages left; no forecasts, for what is fitted here needs none."""
    return Training(
        values=store.read_sessions(store.FEATURES),
        states=store.read_sessions(store.STATES),
        outlook=pd.DataFrame(columns=["session", "window", "model", *SCENARIOS]),
        labels=store.read_labels(),
    )


def _latest(model: Model, snapshot: Snapshot) -> pd.DataFrame:
    return model.latest(snapshot.panel, snapshot.published)


def _said(model: Model, snapshot: Snapshot, latest: pd.DataFrame) -> dict[str, Any]:
    """Probabilities by window and what the rules say."""
    day = make_day(model, snapshot, latest)
    decision = decide(day, read_reference(model.desk).settings)
    steps = {f"rule_{step.step} step": step.status for step in decision.checklist}
    windows = {name: [*each.values()] for name, each in day.probabilities.items()}
    return windows | {
        "rule_crypto step": steps["rule_crypto step"],
        "rule_tape": decision.tape,
        "rule_cascade": decision.cascade.step,
        "rule_tier": decision.tier,
        "rule_action": decision.action,
    }


def _saved(
    told: pd.DataFrame, labels: pd.DataFrame, window: str, resampling: Resampling
) -> dict[str, Any]:
    resolved = labels[labels["window"] == window].dropna(subset="scenario")
    happened = resolved.set_index("session")["scenario"].reindex(told.index).dropna()
    known = told.loc[happened.index]
    codes = happened.map(SCENARIOS.index).to_numpy()
    shares = [
        resolved.loc[resolved["label_end"] <= session, "scenario"].value_counts(normalize=True)
        for session in happened.index
    ]
    climatology = np.array([share.reindex(SCENARIOS) for share in shares])
    last, view = (np.array(known[f"{side}_{window}"].tolist()) for side in ("last", "view"))
    mine, theirs, reference = (
        -np.log(proba[np.arange(len(codes)), codes]) for proba in (view, last, climatology)
    )
    found = paired_difference(mine, theirs, reference, resampling)
    return {
        "weekends": found.sessions,
        "saved": round(found.value, 5),
        "interval": [round(found.low, 5), round(found.high, 5)],
        "moved": round(float(np.abs(view - last).max(axis=1).mean()), 5),
    }


def _agreement(told: pd.DataFrame, rule: str) -> dict[str, Any]:
    """Shares of weekends on which a side said what the next session's call said.

    ``p`` is of McNemar's exact test: of the weekends on which one side alone was right, either was
    as likely to be.
    """
    last, view, following = (told[f"{side}_{rule}"] for side in SIDES)
    seen = int(((last != following) & (view == following)).sum())
    alarms = int(((last == following) & (view != following)).sum())
    return {
        "last": round(float((last == following).mean()), 4),
        "view": round(float((view == following).mean()), 4),
        "changed": int((last != following).sum()),
        "seen_coming": seen,
        "false_alarms": alarms,
        "p": round(float(binomtest(seen, seen + alarms).pvalue), 4) if seen + alarms else 1.0,
    }


def _sunday(session: Any) -> Any:
    """Midnight of the Sunday after each session."""
    return session + pd.to_timedelta(_SUNDAY - session.day_of_week, unit="D")


if __name__ == "__main__":
    typer.run(main)
