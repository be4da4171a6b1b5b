"""How large the moves were that followed each tier."""

from typing import Any

import altair as alt
import pandas as pd

from pipeline.report.figure import Picture, Section, figure, layered
from pipeline.report.inputs import Inputs
from pipeline.report.palette import colour
from pipeline.report.text import percent

_REMEDY = "run `dvc repro`, which measures the tiers"
_NAMES = {"spy": "S&P 500", "qqq": "Nasdaq-100", "btc": "bitcoin", "book": "your book"}


@figure(Section.TRUST, 65, "Do the moves grow with the tier?")
def moves_by_tier(inputs: Inputs) -> Picture:
    """Spread and worst tenth of what followed each tier, out of sample."""
    results = inputs.document("tiers.json", _REMEDY)
    rows = [
        {"tier": tier, "sessions": of["sessions"], "of": name, **of[asset]}
        for tier, of in results["by_tier"].items()
        for asset, name in _NAMES.items()
    ]
    table = pd.DataFrame(rows)
    return Picture(_chart(table), _says(results), _table(table))


def _says(results: dict[str, Any]) -> str:
    told = (
        f"tier {tier} {percent(of['book']['std'], 1)} ({percent(of['book']['worst_tenth'], 1)})"
        for tier, of in results["by_tier"].items()
    )
    return (
        f"Your book over the next {results['ahead']} sessions, standard deviation (and worst "
        f"tenth) after each tier, out of sample: {', '.join(told)}. A tier says how large a move "
        "is likely, not which way: the mean has often been highest where the spread was."
    )


def _chart(table: pd.DataFrame) -> alt.LayerChart:
    bars = (
        alt.Chart(table[table["of"] != _NAMES["btc"]])
        .mark_bar()
        .encode(
            x=alt.X("tier:O", title="tier", axis=alt.Axis(labelAngle=0)),
            xOffset=alt.XOffset("of:N", sort=list(_NAMES.values())),
            y=alt.Y("std:Q", title="standard deviation", axis=alt.Axis(format="%")),
            color=alt.Color(
                "of:N",
                scale=alt.Scale(
                    domain=[_NAMES[name] for name in ("spy", "qqq", "book")],
                    range=[colour(name) for name in ("first", "third", "second")],
                ),
                legend=alt.Legend(title=None, orient="top"),
            ),
            tooltip=[
                "tier:O",
                "of:N",
                "sessions:Q",
                *(
                    alt.Tooltip(f"{name}:Q", title=name.replace("_", " "), format=".1%")
                    for name in ("mean", "std", "worst_tenth")
                ),
            ],
        )
    )
    return layered(bars, height=220)


def _table(table: pd.DataFrame) -> pd.DataFrame:
    shown = table.assign(
        mean=table["mean"].map(lambda x: percent(x, 1, signed=True)),
        spread=table["std"].map(lambda x: percent(x, 1)),
        worst=table["worst_tenth"].map(lambda x: percent(x, 1)),
    )
    columns = {"spread": "standard deviation", "worst": "worst tenth"}
    return shown.set_index("tier")[["of", "sessions", "mean", *columns]].rename(columns=columns)
