"""How well the book's tail was forecast, by each approach."""

from typing import Any

import altair as alt
import pandas as pd

from pipeline.base.errors import DataMissingError
from pipeline.report.figure import Picture, Section, figure, layered
from pipeline.report.inputs import Inputs
from pipeline.report.palette import colour
from pipeline.report.text import percent
from pipeline.scoring.book.verdict import COLUMNS, table, verdict

_REMEDY = "run `dvc repro`, which scores the forecasts of the book"
_ROW = 30
"""Pixels of height for each approach."""


@figure(Section.TRUST, 75, "Which approach forecasts the losses of the book best, beyond luck?")
def book_tail(inputs: Inputs) -> Picture:
    """Joint score of value at risk and expected shortfall, against the chosen approach."""
    found = inputs.document("book.json", _REMEDY)
    if not found["approaches"]:
        raise DataMissingError("the book has too few sessions out of sample to judge a forecast")
    held = ", ".join(f"{n.upper()} {percent(w)}" for n, w in found["weights"].items() if w)
    span = f"{found['sessions']} sessions out of sample, {found['first']} to {found['last']}"
    says = f"{held}, {span}. {verdict(found)}"
    rows = pd.DataFrame(table(found), columns=list(COLUMNS)).set_index(COLUMNS[0])
    return Picture(_chart(found), says, rows)


def _chart(found: dict[str, Any]) -> alt.LayerChart:
    rows = pd.DataFrame(
        {"approach": name, "worse": row["over_chosen"], "low": low, "high": high}
        for name, row in found["approaches"].items()
        for low, high in [row["over_chosen_interval"] or [row["over_chosen"]] * 2]
    ).sort_values("worse")
    axis = alt.Axis(title="score above the chosen approach's; to the right is worse", format="+")
    base = alt.Chart(rows).encode(
        y=alt.Y("approach:N", sort=rows["approach"].tolist(), title=None),
        tooltip=["approach:N", *(alt.Tooltip(f"{n}:Q", format="+.3f") for n in rows.columns[1:])],
    )
    whiskers = base.mark_rule(color=colour("quiet")).encode(
        x=alt.X("low:Q", axis=axis), x2=alt.X2("high:Q")
    )
    dots = base.mark_point(filled=True, size=70, color=colour("first")).encode(x="worse:Q")
    return layered(whiskers, dots, height=_ROW * len(rows))
