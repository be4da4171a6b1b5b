"""Everything that a call is made from, read from what the stages left."""

import pandas as pd

from features.registry import MEMBER_FAMILIES
from pipeline.catalogue import JOINS
from pipeline.scoring.model import Model
from pipeline.scoring.snapshot import Snapshot
from pipeline.storage import store

_LABELS = ["session", "window", "scenario", "composite", "label_end"]


def read_snapshot(model: Model, until: pd.Timestamp | None = None) -> Snapshot:
    """Everything that a call is made from.

    Parameters
    ----------
    model
        The model that scores.
    until
        Last session; None takes the panel's. What came after it is not looked at.
    """
    panel = store.read_sessions(store.PANEL, _columns(model)).loc[:until]
    return gather(model, panel, own_states(model, panel))


def gather(model: Model, panel: pd.DataFrame, published: pd.DataFrame) -> Snapshot:
    """What a call is made from, of a panel and the states published up to its last session."""
    snapshot = Snapshot(
        panel=panel,
        published=published,
        past=store.read_sessions(store.FEATURES, model.inputs),
        labels=store.read_parquet(store.SCENARIOS, _LABELS),
    )
    return snapshot.until(panel.index[-1])


def published_snapshot(model: Model, until: pd.Timestamp | None = None) -> Snapshot:
    """As `read_snapshot`, with the states as stage ``states`` published them, none filtered anew.

    For a model of an earlier date, whose states are those of each date's own refit.
    """
    panel = store.read_sessions(store.PANEL, _columns(model)).loc[:until]
    return gather(model, panel, store.read_sessions(store.STATES).loc[: panel.index[-1]])


def own_states(model: Model, panel: pd.DataFrame) -> pd.DataFrame:
    """States by session, from the model's own filter since its training ended.

    What stage ``states`` left may be another training's since: of an experiment, say, with another
    number of states.
    """
    earlier = store.read_sessions(store.STATES)
    standing = model.states.standing()
    earlier = earlier[earlier.index < model.states.session].reindex(columns=standing.columns)
    advanced, _filter = model.states.advance(model.observations(panel))
    return pd.concat([earlier, standing, advanced]).loc[: panel.index[-1]]


def _columns(model: Model) -> list[str]:
    """Columns of the panel that the model reads, with their ages, in the panel's order."""
    families = tuple(f"{name}." for name in model.reads if name in MEMBER_FAMILIES)
    recent = tuple(f"{name}_" for name in model.reads if name.endswith(".back"))
    vendors = {vendor for join in JOINS if join.name in model.reads for vendor in join.members}
    series = {name.partition(".")[0] for name in {*model.reads, *vendors}}
    wanted = {*model.reads, *series, *(f"{name}.age" for name in series)}
    available = store.columns_of(store.PANEL)
    return [name for name in available if name in wanted or name.startswith(families + recent)]
