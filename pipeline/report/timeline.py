"""Charts over time: the span that the reader chose, named windows behind, a hover line in front."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from models.evaluation.evaluate import NAMED_WINDOWS
from pipeline.report.daily import BACK, SINCE, daily_source
from pipeline.report.figure import layered
from pipeline.report.palette import LINES, colour

HOVER = "hover"
"""Name of the layer that answers to the pointer; a picture outside the page does without."""

_DASHES = ([1, 0], [6, 3], [2, 2])
_ROOM = "(width > 440 || until - since < 6e10)"
"""On a phone the names fit only once the span is short."""

_EVERY_SESSION = "until - since < 1.2e11"
"""Below about four years every session is drawn, beyond them one a week."""

_WEEKLY = f"datum.{BACK} % 5 == 0"
_IN_SPAN = "datum.session >= since && datum.session <= until"


def timeline(
    last: pd.Timestamp,
    layers: Sequence[alt.Chart | alt.LayerChart],
    tooltip: Sequence[alt.Tooltip],
    height: int = 240,
) -> alt.LayerChart:
    """Put layers over the named windows, with a line and a text at the session pointed at.

    Parameters
    ----------
    last
        Last session shown until the reader chooses a span.
    layers
        Charts of the shared table, made by `over_time`.
    tooltip
        What the text says.
    height
        In pixels; the width is the page's.

    Returns
    -------
    altair.LayerChart
        With parameters ``since`` and ``until`` (milliseconds), which the page's buttons set.
    """
    since, until = (
        alt.param(name=name, value=int(moment.timestamp() * 1000))
        for name, moment in (("since", SINCE), ("until", last))
    )
    chart = layered(*_named_windows(), *layers, _hover(tooltip), height=height)
    return chart.add_params(since, until)


def over_time() -> alt.Chart:
    """The shared table within the chosen span, sessions along the bottom."""
    return alt.Chart(daily_source()).transform_filter(_IN_SPAN).encode(x=session_axis())


def session_axis() -> alt.X:
    """Sessions along the bottom."""
    return alt.X("session:T", title=None, axis=alt.Axis(tickCount=6))


def session_tooltip() -> alt.Tooltip:
    """The session, first in every text."""
    return alt.Tooltip("session:T", title="session", format="%a %d %b %Y")


def lines(named: dict[str, str], y: alt.Y) -> alt.Chart:
    """One line for each column: ``{column: what people call it}``; each has its own dash."""
    names = list(named.values())
    colours = alt.Scale(domain=names, range=[colour(line) for line in LINES[: len(names)]])
    dashes = alt.Scale(domain=names, range=list(_DASHES[: len(names)]))
    chart = over_time()
    for column, name in named.items():
        chart = chart.transform_calculate(**{name: f"datum['{column}']"})
    return (
        chart.transform_fold([*names], as_=["series", "value"])
        .transform_filter(f"isValid(datum.value) && ({_EVERY_SESSION} || {_WEEKLY})")
        .mark_line(strokeWidth=1.5)
        .encode(
            y=y,
            color=alt.Color("series:N", scale=colours, sort=names),
            strokeDash=alt.StrokeDash("series:N", scale=dashes, sort=names),
        )
    )


def level(value: float, style: str = "limit") -> alt.Chart:
    """A horizontal line at a value that matters."""
    return alt.Chart(pd.DataFrame({"level": [value]})).mark_rule(style=style).encode(y="level:Q")


def band(low: float, high: float) -> alt.Chart:
    """A horizontal band between two values that matter."""
    values = pd.DataFrame({"low": [low], "high": [high]})
    return alt.Chart(values).mark_rect(style="band").encode(y="low:Q", y2="high:Q")


def _named_windows() -> tuple[alt.Chart, alt.Chart]:
    stretches = pd.DataFrame(
        [
            {"name": name, "first": pd.Timestamp(first), "last": pd.Timestamp(last)}
            for name, (first, last) in NAMED_WINDOWS.items()
        ]
    )
    stretches["last"] += pd.Timedelta(days=1)
    shown = (
        alt.Chart(stretches)
        .transform_calculate(first="toDate(datum.first)", last="toDate(datum.last)")
        .transform_filter("datum.first <= until && datum.last >= since")
        .transform_calculate(
            session="clamp(datum.first, since, until)",
            end="clamp(datum.last, since, until)",
            shown=f"{_ROOM} ? datum.name : ''",
        )
        .transform_calculate(middle="(toNumber(datum.session) + toNumber(datum.end)) / 2")
    )
    block = shown.mark_rect(style="named", aria=False).encode(x=session_axis(), x2="end:T")
    # Above the plot, where no line crosses it.
    label = shown.mark_text(style="named-label", baseline="bottom", dy=-3, aria=False).encode(
        x=alt.X("middle:T", title=None), y=alt.value(0), text="shown:N"
    )
    return block, label


def _hover(tooltip: Sequence[alt.Tooltip]) -> alt.Chart:
    pointed = alt.selection_point(
        fields=["session"], nearest=True, on="pointermove", clear="pointerout", empty=False
    )
    return (
        over_time()
        .mark_rule(style="hover", aria=False)
        .encode(
            opacity=alt.condition(pointed, alt.value(0.7), alt.value(0)),
            tooltip=[session_tooltip(), *tooltip],
        )
        .add_params(pointed)
        .properties(name=HOVER)
    )
