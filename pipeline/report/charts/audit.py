"""What the audit proved, and how much look-ahead would have flattered the scores."""

from typing import Any

import altair as alt
import pandas as pd

from pipeline.report.figure import Picture, Section, figure, layered
from pipeline.report.inputs import Inputs
from pipeline.report.palette import colour
from pipeline.report.text import percent

_REMEDY = "run `undertow audit`"


@figure(Section.TRUST, 90, "Did anything look ahead, and what would looking have been worth?")
def audit(inputs: Inputs) -> Picture:
    """The audit certificate, with the skill that each leak would have added."""
    document = inputs.document("audit.json", _REMEDY)
    premiums = _premiums(document["premium"])
    return Picture(_chart(premiums), _says(document, premiums), _table(premiums))


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
        return f"{says} The leak premium was not asked for."
    worst = premiums.sort_values("premium").iloc[-1]
    return (
        f"{says} The dearest leak ({worst['leak']}, {worst['model']}, window {worst['window']}) "
        f"would have moved skill by {percent(worst['premium'], 1, signed=True)}."
    )


def _chart(premiums: pd.DataFrame) -> alt.LayerChart:
    shown = premiums.assign(case=premiums["window"] + ": " + premiums["model"])
    models = sorted(shown["leak"].unique())
    bars = (
        alt.Chart(shown)
        .mark_bar()
        .encode(
            x=alt.X("premium:Q", title="skill added by looking ahead", axis=alt.Axis(format="%")),
            y=alt.Y("case:N", title=None),
            yOffset=alt.YOffset("leak:N", sort=models),
            color=alt.Color("leak:N", scale=_scale(models), legend=alt.Legend(columns=1)),
            tooltip=[
                "leak",
                "window",
                "model",
                alt.Tooltip("honest:Q", format="+.1%"),
                alt.Tooltip("leaky:Q", format="+.1%"),
                alt.Tooltip("premium:Q", format="+.1%"),
            ],
        )
    )
    return layered(bars, height=max(40, 18 * len(shown)))


def _scale(leaks: list[str]) -> alt.Scale:
    colours = ("first", "second", "third", "state-2", "base")
    return alt.Scale(domain=leaks, range=[colour(name) for name in colours[: len(leaks)]])


def _table(premiums: pd.DataFrame) -> pd.DataFrame:
    shown = premiums.set_index("window")
    numbers = shown[["honest", "leaky", "premium"]].map(lambda x: percent(x, 1, signed=True))
    return pd.concat([shown[["leak", "model"]], numbers], axis=1)
