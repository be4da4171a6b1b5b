"""``undertow features``: the registry as a table, or one feature with its recent values."""

from typing import Any

import pandas as pd

from features.registry import Feature, FeatureError, select
from pipeline.base.console import out, paragraph, percent, show_json, show_table, styled, table
from pipeline.base.errors import ConfigurationError
from pipeline.docs.feature_table import describe
from pipeline.storage import store

_RECENT = 10


def run(name: str | None, *, as_json: bool) -> None:
    """Print all features, or one."""
    try:
        chosen = select(None if name is None else [name])
    except FeatureError as error:
        raise ConfigurationError(str(error)) from None
    values = store.read_sessions(store.FEATURES) if store.FEATURES.exists() else None
    if as_json:
        show_json(_documents(chosen, values))
    elif name is None:
        _show_all(chosen, values)
    else:
        _show_one(chosen[0], values)


def _documents(chosen: list[Feature], values: pd.DataFrame | None) -> list[dict[str, Any]]:
    return [
        {**document, "coverage": _coverage(document["name"], values)}
        for document in describe(chosen)
    ]


def _coverage(name: str, values: pd.DataFrame | None) -> float | None:
    """Share of sessions that have a value; None before the first run."""
    if values is None or name not in values:
        return None
    return float(values[name].notna().mean())


def _show_all(chosen: list[Feature], values: pd.DataFrame | None) -> None:
    rows = (
        (
            each["name"],
            each["driver"],
            " ".join(each["signals"]),
            each["unit"],
            "all" if each["window"] is None else str(each["window"]),
            percent(each["coverage"]),
            " ".join(each["inputs"]),
        )
        for each in _documents(chosen, values)
    )
    columns = ("name", "driver", "signals", "unit", "window", "coverage %", "inputs")
    text = {"driver", "signals", "unit", "inputs"}
    show_table(table(f"{len(chosen)} features", *columns, text=text, rows=rows))


def _show_one(chosen: Feature, values: pd.DataFrame | None) -> None:
    out.print(styled((chosen.name, "bold"), f": {chosen.label} ({chosen.driver}, {chosen.unit})"))
    for text in chosen.about.replace("``", "`").split("\n\n"):
        out.print(paragraph(text))
    if values is not None and chosen.name in values:
        for session, value in values[chosen.name].tail(_RECENT).items():
            shown = "missing" if pd.isna(value) else f"{value:.4g}"
            out.print(f"{session:%Y-%m-%d}  {shown}")
