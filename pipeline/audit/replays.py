"""Replays: each hands a process what was known, cut by cut in the order of time, and compares.

All of them take ``ask``, which hands frames over and brings what a step made of them
(`pipeline.audit.sandbox.Sandbox.ask`), and yield one comparison a table and cut.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
import pandas as pd

from models.scenarios import Window
from pipeline.audit.compare import Comparison, compare
from pipeline.audit.counterfactuals import FUTURES, Market
from pipeline.audit.growing_panel import on_their_side
from pipeline.audit.published import KEYS, Published, by_session
from pipeline.audit.steps import LAST, RAW, Frames
from pipeline.series.calendar import decision_time

TAIL = 21
"""Sessions before a cut whose features are compared at it too."""

_TOGETHER = 63
"""Sessions whose decisions are handed over at once."""


class Ask(Protocol):
    """Hand frames to a replay and take what a step makes of them."""

    def __call__(self, step: str, frames: Frames, now: pd.Timestamp, **asked: object) -> Frames:
        """See `pipeline.audit.sandbox.Sandbox.ask`."""


def whole(published: Published, ask: Ask) -> Iterator[Comparison]:
    """Everything up to the labels, made once from all raw rows as they are stored."""
    last = published.market.sessions[-1]
    found = ask("market", _handed(published.market), decision_time(last))
    for table, frame in found.items():
        made = by_session(table, frame) if table in KEYS else frame
        yield compare(table, published.tables[table], made, last, "rebuilt")


def market_cuts(
    published: Published, cuts: Sequence[pd.Timestamp], how: str, ask: Ask
) -> Iterator[Comparison]:
    """Panel, features and labels with another future after each cut."""
    for cut in cuts:
        position = published.position(cut)
        found = ask("market", _handed(FUTURES[how](published.market, position)), decision_time(cut))
        for table in ("panel", "features", "scenarios"):
            made = by_session(table, found[table]) if table in KEYS else found[table]
            before, after = published.tables[table].loc[:cut], made.loc[:cut]
            if table in KEYS:
                before = published.known_labels(before, position)
                after = published.known_labels(after, position)
            yield compare(table, before, after, cut, how)


def feature_cuts(
    published: Published, cuts: Sequence[pd.Timestamp], names: list[str] | None, ask: Ask
) -> Iterator[Comparison]:
    """Features at each cut and shortly before, from a panel that ends there."""
    handed = 0
    for cut in cuts:
        end = published.position(cut) + 1
        rows = {"panel": published.panel.iloc[handed:end]}
        found = ask("features", rows, decision_time(cut), names=names, rows=TAIL)["features"]
        before = published.features.loc[found.index[0] : cut, list(found.columns)]
        handed = end
        yield compare("features", before, found, cut, "truncated")
        yield compare("features", before.tail(1), found, cut, "truncated", own=True)


def each_session(
    published: Published, sessions: Sequence[pd.Timestamp], ask: Ask
) -> Iterator[Comparison]:
    """Features at each of some sessions from a panel that ends there, in one comparison."""
    handed = max(published.position(sessions[0]), 1)
    before = {"panel": published.panel.iloc[:handed]}
    made = []
    for session in sessions:
        end = published.position(session) + 1
        rows = on_their_side(published.panel.iloc[handed:end])
        made.append(ask("ended", before | rows, decision_time(session))["features"][LAST])
        handed, before = end, {}
    found = pd.DataFrame(made, index=pd.DatetimeIndex(list(sessions)))
    compared = compare(
        "features", published.features.loc[found.index], found, sessions[-1], "ended", own=True
    )
    yield replace(compared, leaks=tuple(replace(leak, cut=leak.session) for leak in compared.leaks))


def states_refits(published: Published, ask: Ask) -> Iterator[Comparison]:
    """Each refit of the states from rows that end at its ``fit_end``, each session filtered alone.

    A fit that is refused leaves no trace in the table, so the schedule is kept by counting.
    """
    settings = published.settings.states
    rows = published.features[list(settings.inputs)]
    seen = rows.notna().any(axis=1).to_numpy()
    rows, seen = rows.iloc[seen.argmax() :], seen[seen.argmax() :]
    handed = 0
    for end in range(int(np.searchsorted(seen.cumsum(), settings.model.min_train)), len(rows),
                     settings.model.refit_every):  # fmt: skip
        until = min(end + settings.model.refit_every, len(rows) - 1)
        cut = rows.index[end]
        ask("refit_states", {"observations": rows.iloc[handed : end + 1]}, decision_time(cut))
        following = {"observations": rows.iloc[end + 1 : until + 1]}
        found = ask("publish_states", following, decision_time(rows.index[until])).get("states")
        handed = until + 1
        before = published.states.loc[published.states.index.isin(following["observations"].index)]
        if found is not None and len(before):
            yield compare("states", before, found, cut, "refit", own=True)


def outlook_refits(
    published: Published, window: Window, ask: Ask, *, alone: bool
) -> Iterator[Comparison]:
    """Each fold of a window fitted on what was known by then, and its sessions forecast.

    Parameters
    ----------
    published, ask
        As everywhere here.
    window
        Whose folds.
    alone
        Whether each session is forecast before the next one is there, or the fold at once.
    """
    inputs, schedule = published.inputs, published.settings.walk_forward
    labels = published.labels[published.labels["window"] == window.name]
    forecasts = published.outlook[published.outlook["window"] == window.name]
    tested = inputs.index[inputs.index.isin(forecasts["session"])]
    first, last = inputs.index.get_indexer(tested[[0, -1]]).tolist()
    handed = 0
    for start in range(first, last + 1, schedule.refit_every):
        until = min(start + schedule.refit_every, last + 1)
        allowed = inputs.index[max(start - schedule.embargo(window) - 1, 0)]
        known = labels[labels["label_end"] <= allowed]
        end = max(int(inputs.index.searchsorted(known["session"].max())) + 1, handed)
        frames = {"features": inputs.iloc[handed:end], "labels": known}
        ask("fit", frames, decision_time(inputs.index[start - 1]), window=window.name)
        rows = {"features": inputs.iloc[end:until]}
        asked = {"window": window.name, "count": until - start, "alone": alone}
        found = ask("forecast", rows, decision_time(inputs.index[until - 1]), **asked)["outlook"]
        handed = until
        before = forecasts[forecasts["session"].isin(inputs.index[start:until])]
        again = by_session("outlook", found)
        yield compare("outlook", by_session("outlook", before), again, allowed, "refit", own=alone)


def decisions(published: Published, ask: Ask, *, alone: bool) -> Iterator[pd.DataFrame]:
    """Tier, action and the rest of each session's decision; ``alone``: from its own rows only."""
    rows = published.outlook.sort_values("session", kind="stable")
    sessions = pd.DatetimeIndex(rows["session"].unique())
    for start in range(0, len(sessions), _TOGETHER):
        some = sessions[start : start + _TOGETHER]
        frames = {
            "outlook": rows[rows["session"].isin(some)],
            "states": published.states[published.states.index.isin(some)],
            "values": published.features[published.features.index.isin(some)],
        }
        yield ask("decide", frames, decision_time(some[-1]), alone=alone)["tiers"]


def handed_rows(raw: dict[str, pd.DataFrame], sessions: pd.DatetimeIndex) -> Frames:
    """Raw rows and sessions as frames of a request."""
    frames = {f"{RAW}{name}": rows for name, rows in raw.items()}
    return frames | {"sessions": pd.DataFrame(index=sessions)}


def _handed(market: Market) -> Frames:
    return handed_rows(dict(market.raw), market.sessions)
