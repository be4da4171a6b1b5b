"""Two cards at the end of the page: what the data are, and what the model is and is not for."""

from collections.abc import Callable
from sys import modules
from typing import Any

import pandas as pd

from models.forecasting.forecaster import registered
from models.forecasting.pool import POOL
from models.scenarios import SCENARIOS
from pipeline.base.errors import DataMissingError
from pipeline.catalogue import CATALOGUE
from pipeline.desk.narrative import words
from pipeline.plausibility.remarks import remarks
from pipeline.report.inputs import Inputs
from pipeline.report.text import number, percent
from pipeline.storage import store

Card = list[tuple[str, str]]

_COMPONENT = "component_"


def model_words(inputs: Inputs) -> Card:
    """What each model that was scored is, in its own file's first words."""
    kinds = registered()
    scored = sorted({name for models in inputs.metrics.values() for name in models})
    about = [
        (name.replace("_", " "), _first_line(modules[kinds[name].__module__].__doc__ or ""))
        for name in scored
        if name in kinds
    ]
    members = "; ".join(
        f"`{window}` {', '.join(names)}" for window, names in inputs.settings.outlook.pool.items()
    )
    return [
        (
            POOL,
            f"The mean of its members' log probabilities, all of one weight; by window: {members}.",
        ),
        *about,
    ]


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0].replace("``", "`")


def data_card(inputs: Inputs) -> Card:
    """What the numbers rest on."""
    data = inputs.settings.data
    components = ", ".join(
        str(name).removeprefix(_COMPONENT)
        for name in inputs.scenarios
        if str(name).startswith(_COMPONENT)
    )
    kept = set(store.columns_of(store.PANEL))
    columns = [name for name in CATALOGUE if name in kept]
    last = inputs.panel(*columns).iloc[-1]
    absent = sorted(str(name) for name in last.index[last.isna()])
    return [
        ("Source", "simulated: no market looks like this" if inputs.simulated else data.source),
        ("Last session", f"{inputs.last_session:%Y-%m-%d}, as known at 00:30 UTC the night after"),
        ("Series stored", f"{len(columns)}, each as public at decision time, with its age"),
        ("Of these without a value today", ", ".join(absent) or "none"),
        (
            "Label definition",
            f"version {inputs.scenarios['label_version'].iloc[-1]}: mean of {components}",
        ),
        ("What happened", _outcomes(inputs.scenarios)),
    ]


def model_card(inputs: Inputs) -> Card:
    """Who speaks, how it was tested, what it is not for."""
    walk, run = inputs.settings.walk_forward, inputs.run
    scores = inputs.metrics["ahead"][POOL]
    role = "champion" if run["champion"] else "challenger"
    return [
        ("Model", f"{run['registered']} version {run['version']} ({run['model']}), {role}"),
        ("MLflow run", str(run["run_id"])),
        ("Members", ", ".join(inputs.settings.outlook.pool["ahead"]) + ", equal weights"),
        (
            "Tested",
            f"walk-forward from {walk.first_test}, refitted every {walk.refit_every} sessions",
        ),
        ("Training labels", "purged by the day they were known, and embargoed"),
        ("Skill, next ten sessions", percent(scores["log_loss_skill"], 1, signed=True)),
        ("Skill inside single years", _within_year(scores["auc_within_year"])),
        ("Conformal sets", _conformal(scores["conformal"])),
        ("Switches a year", number(scores["switches_per_year"], 1)),
        *((f"Gate: {name.replace('_', ' ')}", text) for name, text in run["reasons"].items()),
        ("Not for", "trading on its own, single stocks, anything faster than a day"),
    ]


def optional(card: Callable[[Inputs], Card], inputs: Inputs) -> Card | str:
    """A card, or the reason why there is none."""
    try:
        return card(inputs)
    except DataMissingError as error:
        return str(error)


def remarks_card() -> Card:
    """What the last ingest found unlikely in the data, or that it found nothing."""
    return [(remark.about, remark.text) for remark in remarks()] or [
        ("None", "nothing in the data is unlikely, and nothing in the folder is unread")
    ]


def _outcomes(scenarios: pd.DataFrame) -> str:
    ahead = scenarios[scenarios["window"] == "ahead"]
    shares = ahead["scenario"].value_counts(normalize=True)
    told = ", ".join(f"{words(name)} {percent(shares.get(name, 0.0))}" for name in SCENARIOS)
    first, last = ahead["session"].min(), ahead["session"].max()
    return f"{told} of {len(ahead)} sessions, {first:%d %b %Y} to {last:%d %b %Y}"


def _within_year(areas: dict[str, float | None]) -> str:
    told = ", ".join(f"{words(name)} {number(areas[name])}" for name in SCENARIOS)
    return f"AUC {told} (0.50 is none)"


def _conformal(scores: dict[str, Any]) -> str:
    return (
        f"held what happened on {percent(scores['coverage'])} of {scores['sessions']} sessions; "
        f"{percent(scores['cannot_tell'])} said cannot tell"
    )
