"""How many technology stocks carry the index."""

import altair as alt

from pipeline.report.daily import drawn
from pipeline.report.figure import Picture, Section, figure
from pipeline.report.inputs import Inputs
from pipeline.report.tables import month_ends
from pipeline.report.text import percent
from pipeline.report.timeline import level, lines, timeline

_GROUPS = {
    "tech_above_200": "all tech",
    "semis_above_200": "semis",
    "software_above_200": "software",
}


@figure(Section.CONFIRMATION, 60, "How many technology stocks are still rising?")
def breadth(inputs: Inputs) -> Picture:
    """Share of members above their 200-session mean."""
    table = drawn(inputs, _GROUPS).rename(columns=_GROUPS)
    y = alt.Y(
        "value:Q",
        title="members above their 200-session mean",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format="%"),
    )
    tooltip = [alt.Tooltip(f"{n}:Q", title=title, format=".0%") for n, title in _GROUPS.items()]
    chart = timeline(inputs, [level(0.5), lines(_GROUPS, y)], tooltip)
    last = table.iloc[-1]
    says = (
        f"On {table.index[-1]:%d %b %Y}: "
        + ", ".join(f"{group} {percent(last[group])}" for group in _GROUPS.values())
        + " of the members stand above their mean. Dashed: half of them. Members are stocks listed "
        "today, so the past looks better than it was."
    )
    return Picture(chart, says, month_ends(table).map(percent))
