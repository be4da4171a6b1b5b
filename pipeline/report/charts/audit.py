"""What the audit proved, and how much look-ahead would have flattered the scores."""

from typing import Any

import altair as alt
import pandas as pd

from models.forecasting.pool import POOL
from pipeline.report.figure import Picture, Section, figure, layered
from pipeline.report.inputs import Inputs
from pipeline.report.palette import LINES, colour
from pipeline.report.text import percent

_REMEDY = "run `undertow audit`"
_WORST = "most flattered model"
_LOWEST = -0.15
"""Premium below which a dot is not drawn: a leak that ruins a model flatters nobody."""


@figure(
    Section.TRUST, 90, "Did anything look ahead, and what would looking have been worth?", wide=True
)
def audit(inputs: Inputs) -> Picture:
    """The audit certificate, with the skill that each leak would have added."""
    document = inputs.document("audit.json", _REMEDY)
    premiums = _premiums(document["premium"])
    says = _says(document, premiums)
    if premiums.empty:
        return Picture(None, says, _compared(document))
    return Picture(_chart(premiums), says, _table(premiums))


def _premiums(premium: dict[str, Any]) -> pd.DataFrame:
    rows = [
        {"window": window, "leak": leak.replace("_", " "), "model": model, **scores}
        for window, leaks in premium.items()
        for leak, models in leaks.items()
        for model, scores in models.items()
    ]
    return pd.DataFrame(rows, columns=["window", "leak", "model", "honest", "leaky", "premium"])


def _says(document: dict[str, Any], premiums: pd.DataFrame) -> str:
    compared = document["compared"].values()
    verdict = "Passed" if document["passed"] else f"FAILED with {len(document['leaks'])} leaks"
    says = (
        f"{verdict}: {sum(stage['values'] for stage in compared):,} published values of "
        f"{document['first']} to {document['last']} were computed again with the future cut off or "
        f"scrambled after {len(document['cuts'])} sessions"
    )
    says += ", and none changed." if document["passed"] else "."
    if premiums.empty:
        return f"{says} What looking would have been worth was not asked: run `undertow audit`."
    worst = premiums.sort_values("premium").iloc[-1]
    return (
        f"{says} The dearest leak ({worst['leak']}, {worst['model']}, window {worst['window']}) "
        f"would have moved skill by {percent(worst['premium'], 1, signed=True)}.{_ruined(premiums)}"
    )


def _ruined(premiums: pd.DataFrame) -> str:
    """What a model trained on such data would have lost, where that is too much to draw."""
    lost = premiums[(premiums["model"] == POOL) & (premiums["premium"] <= _LOWEST)]
    return "".join(
        f" Not drawn: {row['leak']}, window {row['window']}, which would have ruined the pool "
        f"({percent(row['premium'], 0, signed=True)})."
        for _place, row in lost.iterrows()
    )


def _chart(premiums: pd.DataFrame) -> alt.LayerChart:
    """The pool's premium for each leak, and that of the model which the leak flatters most."""
    by_case = premiums.groupby(["window", "leak"])["premium"]
    worst = premiums.loc[by_case.idxmax()].assign(whose=_WORST)
    shown = pd.concat([premiums[premiums["model"] == POOL].assign(whose=POOL), worst])
    shown = shown[shown["premium"] > _LOWEST]
    order = worst.groupby("leak")["premium"].max().sort_values(ascending=False)
    windows = sorted(shown["window"].unique())
    colours = alt.Scale(domain=windows, range=[colour(line) for line in LINES[: len(windows)]])
    shapes = alt.Scale(domain=[POOL, _WORST], range=["circle", "triangle-right"])
    dots = (
        alt.Chart(shown)
        .mark_point(filled=True, opacity=1, size=70)
        .encode(
            x=alt.X("premium:Q", title="skill added by looking ahead", axis=_percent_axis()),
            y=alt.Y("leak:N", sort=list(order.index), title=None, axis=alt.Axis(labelLimit=190)),
            yOffset=alt.YOffset("window:N", sort=windows),
            color=alt.Color("window:N", scale=colours, legend=alt.Legend(columns=1)),
            shape=alt.Shape("whose:N", scale=shapes, legend=_plain_legend()),
            tooltip=["leak:N", "window:N", "model:N", *_skills()],
        )
    )
    none = alt.Chart(pd.DataFrame({"none": [0.0]})).mark_rule(style="limit").encode(x="none:Q")
    return layered(none, dots, height=36 * len(order))


def _percent_axis() -> alt.Axis:
    return alt.Axis(format="%", tickCount=6)


def _plain_legend() -> alt.Legend:
    """Symbols in ink: the colour says something else, and its default is black on black."""
    return alt.Legend(columns=1, symbolFillColor=colour("ink"), symbolStrokeWidth=0)


def _skills() -> list[alt.Tooltip]:
    return [alt.Tooltip(f"{name}:Q", format="+.1%") for name in ("honest", "leaky", "premium")]


def _compared(document: dict[str, Any]) -> pd.DataFrame:
    """What was compared by stage, where no premium was asked for."""
    stages = pd.DataFrame(document["compared"]).T.rename_axis("stage")
    leaks = [sum(leak["stage"] == stage for leak in document["leaks"]) for stage in stages.index]
    return pd.DataFrame(
        {
            "values compared": stages["values"].map("{:,.0f}".format),
            "columns that leak": [str(count) for count in leaks],
        },
        index=stages.index,
    )


def _table(premiums: pd.DataFrame) -> pd.DataFrame:
    shown = premiums.set_index("window")
    numbers = shown[["honest", "leaky", "premium"]].map(lambda x: percent(x, 1, signed=True))
    return pd.concat([shown[["leak", "model"]], numbers], axis=1)
