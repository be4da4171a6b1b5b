"""Whether markets move as one: crypto's coupling to equities, and turbulence."""

import altair as alt

from pipeline.report.daily import drawn
from pipeline.report.figure import Picture, Section, figure
from pipeline.report.inputs import Inputs
from pipeline.report.tables import month_ends
from pipeline.report.text import number, percent
from pipeline.report.timeline import band, level, lines, over_time, timeline

_BESIDE_HEATMAP = 340
"""Pixels of height that level with the correlations, which stand beside it."""


@figure(Section.CONFIRMATION, 50, "Does crypto trade as part of the equity risk book?")
def crypto_coupling(inputs: Inputs) -> Picture:
    """Correlation of bitcoin and the S&P 500 against the band that comes with stress."""
    low, high = inputs.rules.features["stress_correlation_band"]
    named = {"btc_spy_correlation_20": "20 sessions", "btc_spy_correlation_60": "60 sessions"}
    y = alt.Y("value:Q", title="correlation", scale=alt.Scale(domain=[-1, 1], clamp=True))
    layers = [band(low, high), level(0), lines(named, y)]
    tooltip = [alt.Tooltip(f"{n}:Q", title=title, format=".2f") for n, title in named.items()]
    table = drawn(inputs, named).rename(columns=named)
    last = table.iloc[-1]
    says = (
        f"Bitcoin to the S&P 500 on {table.index[-1]:%d %b %Y}: "
        f"{number(last['20 sessions'])} over 20 sessions, {number(last['60 sessions'])} over 60. "
        f"The shaded band, {low} to {high}, comes with stress: over 20 sessions the correlation "
        f"is {_place(last['20 sessions'], low, high)} it, and stood inside or above it on "
        f"{percent((table['20 sessions'] >= low).mean())} of days since {table.index[0]:%Y}."
    )
    chart = timeline(inputs, layers, tooltip, height=_BESIDE_HEATMAP)
    return Picture(chart, says, month_ends(table).map(number))


def _place(value: float, low: float, high: float) -> str:
    if low <= value <= high:
        return "inside"
    return "below" if value < low else "above"


@figure(Section.CONFIRMATION, 90, "How unusual are these moves, taken together?")
def turbulence(inputs: Inputs) -> Picture:
    """Mahalanobis distance of the day's cross-asset moves from their own past."""
    named = {"turbulence_1": "one session", "turbulence_21": "mean of 21"}
    table = drawn(inputs, named)
    y = alt.Y(
        "turbulence_21:Q",
        title="turbulence, symmetric log scale",
        scale=alt.Scale(type="symlog", nice=True),
        axis=alt.Axis(tickCount=5),
    )
    layers = [level(1), over_time().mark_line(style="price").encode(y=y)]
    tooltip = [alt.Tooltip(f"{n}:Q", title=title, format=".1f") for n, title in named.items()]
    last = table.iloc[-1]
    rank = (table["turbulence_21"] <= last["turbulence_21"]).mean()
    says = (
        f"1 (dashed) is a usual day. On {table.index[-1]:%d %b %Y} the mean of 21 sessions was "
        f"{number(last['turbulence_21'], 1)}, higher than on {percent(rank)} of days since "
        f"{table.index[0]:%Y}. Turbulence is the distance of the day's moves from their past, "
        "with covariances of earlier sessions only."
    )
    chart = timeline(inputs, layers, tooltip)
    return Picture(chart, says, month_ends(table.rename(columns=named)).map(number))
