"""Stage score: the latest session's call, from the panel's tail and the trained model."""

import pandas as pd

from features.registry import MEMBER_FAMILIES
from pipeline import ledger, store
from pipeline.catalogue import JOINS
from pipeline.desk.call import Call, make_call
from pipeline.desk.freshness import check_fresh
from pipeline.desk.material import Material
from pipeline.desk.memory import recall
from pipeline.desk.settings import FrameSettings
from pipeline.model import Model, load_model
from pipeline.run import log, stage


def main() -> None:
    """Publish the latest session's call."""
    call = score()
    log.info("call of %s: %s, tier %d", call["session"], call["scenario"], call["tier"])


def score(model: Model | None = None) -> Call:
    """The call of the panel's last session, published once for each model.

    Parameters
    ----------
    model
        The model that scores; None reads the one in ``data/model``.

    Raises
    ------
    ModelError
        When there is no usable model.
    DataMissingError
        When a required series is missing or older than its limit.
    """
    model = model or load_model(store.MODEL)
    session = store.last_session()
    published = ledger.find(f"{session:%Y-%m-%d}", model.name, simulated=model.simulated)
    if published is not None:
        ledger.tidy(simulated=model.simulated)
        log.info("the call of %s by model %s stands as published", session.date(), model.name)
        return published
    material = read_material(model)
    check_fresh(model.reads, material.panel)
    call = make_call(model, material)
    call["model"]["version"] = _registry_version(model)
    return ledger.publish(call)


def read_material(model: Model, until: pd.Timestamp | None = None) -> Material:
    """Everything that a call is made from.

    Parameters
    ----------
    model
        The model that scores.
    until
        Last session; None takes the panel's. What came after it is not looked at.
    """
    panel = store.read_sessions(store.PANEL, _columns(model)).loc[:until]
    published = store.read_sessions(store.STATES).loc[:until]
    if panel.index[-1] > published.index[-1]:
        advanced, _filter = model.states.advance(model.observations(panel))
        published = pd.concat([published, advanced])
    material = Material(
        panel=panel,
        published=published,
        past=store.read_sessions(store.FEATURES, model.inputs),
        labels=store.read_parquet(store.SCENARIOS, ["session", "window", "scenario", "label_end"]),
        bars=read_bars(model.source, recall(model.desk).settings.frames),
    )
    return material.until(panel.index[-1])


def read_bars(source: str, settings: FrameSettings) -> dict[str, pd.DataFrame]:
    """Intraday bars that the source has."""
    paths = {name: store.RAW / source / f"{name}.parquet" for name in settings.intraday}
    return {
        name: store.read_parquet(path, ["time", "close"])
        for name, path in paths.items()
        if path.exists()
    }


def _registry_version(model: Model) -> int | None:
    """Number of the model in the registry, when the last run let it score."""
    if not store.RUN.exists():
        return None
    run = store.read_json(store.RUN)
    with store.understood(store.RUN):
        scoring = run["scoring"]
        return scoring["version"] if scoring["model"] == model.name else None


def _columns(model: Model) -> list[str]:
    """Columns of the panel that the model reads, with their ages, in the panel's order."""
    families = tuple(f"{name}." for name in model.reads if name in MEMBER_FAMILIES)
    vendors = {vendor for join in JOINS if join.name in model.reads for vendor in join.members}
    ages = {f"{name.partition('.')[0]}.age" for name in {*model.reads, *vendors}}
    wanted = {*model.reads, *ages}
    available = store.columns_of(store.PANEL)
    return [name for name in available if name in wanted or name.startswith(families)]


if __name__ == "__main__":
    stage(main)
