"""The rules over history: each out-of-sample session as the desk would have seen it."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from models.forecasting.pool import POOL
from models.scenarios import SCENARIOS
from pipeline.desk.decision import Decision, decide
from pipeline.desk.rules import Day
from pipeline.desk.tier import floor, raises
from pipeline.settings.desk import DeskSettings, TierSettings


def days(
    outlook: pd.DataFrame, states: pd.DataFrame, values: pd.DataFrame
) -> Iterator[tuple[pd.Timestamp, Day]]:
    """Each session that every window forecast out of sample, in order.

    Parameters
    ----------
    outlook
        Rows of ``data/outlook.parquet``.
    states
        Rows of ``data/states.parquet`` by session (``word``).
    values
        Features by session.
    """
    pooled = outlook[outlook["model"] == POOL]
    by_window: dict[str, dict[Any, Any]] = {
        str(window): rows.set_index("session")[list(SCENARIOS)].to_dict("index")
        for window, rows in pooled.groupby("window")
    }
    shared = set.intersection(*(set(rows) for rows in by_window.values()))
    chosen = values.index[values.index.isin(list(shared))]
    words = states["word"].reindex(chosen).astype(str).tolist()
    names = [str(name) for name in values.columns]
    for session, row, word in zip(chosen, values.loc[chosen].to_numpy(), words, strict=True):
        probabilities = {window: rows[session] for window, rows in by_window.items()}
        yield session, Day(dict(zip(names, row.tolist(), strict=True)), probabilities, word)


def tiers(
    outlook: pd.DataFrame, states: pd.DataFrame, values: pd.DataFrame, settings: DeskSettings
) -> pd.DataFrame:
    """Tier, action and the rest of each session's judgement.

    Returns
    -------
    pandas.DataFrame
        By session, the columns of `evening`.
    """
    judged = {
        session: evening(day, decide(day, settings), settings.tier)
        for session, day in days(outlook, states, values)
    }
    return pd.DataFrame.from_dict(judged, orient="index").rename_axis("session")


def evening(day: Day, said: Decision, settings: TierSettings) -> Mapping[str, object]:
    """What policies and the audit look at of one session, in history and in a call alike.

    Returns
    -------
    dict
        ``tier``, ``action``, ``risk``, ``state``, ``floor`` and ``raises`` (of the tier),
        ``stack``, ``defence``, ``event_kind``, ``tape``, ``cascade``, ``reentry``, each step's
        status, and each window's probabilities as ``<scenario>.<window>``.
    """
    return {
        "tier": said.tier,
        "action": said.action,
        "risk": said.risk,
        "state": day.state,
        "floor": floor(day.state, settings),
        "raises": raises(said.stack.count, defence=said.defence, settings=settings),
        "stack": said.stack.count,
        "defence": said.defence,
        "event_kind": said.event_kind,
        "tape": said.tape,
        "cascade": said.cascade.step,
        "reentry": said.reentry,
        **{step.step: step.status for step in said.checklist},
        **{
            f"{scenario}.{window}": share
            for window, proba in day.probabilities.items()
            for scenario, share in proba.items()
        },
    }
