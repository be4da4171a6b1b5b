"""The outlook through time, under the price that it is about."""

import altair as alt
import pandas as pd

from models.evaluation.evaluate import NAMED_WINDOWS
from models.scenarios import SCENARIOS
from pipeline.desk.narrative import words
from pipeline.report.daily import SHOWN_WINDOWS, drawn
from pipeline.report.figure import Picture, Section, figure
from pipeline.report.inputs import Inputs
from pipeline.report.palette import SCENARIO_WORDS
from pipeline.report.tables import month_ends
from pipeline.report.text import listed, percent
from pipeline.report.timeline import over_time, timeline
from pipeline.scoring.call import OUTLOOK_WINDOW

_STRIPS = {"now": (305, 235), "ahead": (400, 330)}
"""Pixels from the top between which each strip of probabilities lies."""

_STACK = ("tightening_shock", "base", "reflation")
"""From the bottom: what one fears grows up from the axis, what one hopes for down from the top."""

_COLUMNS = [f"{window}_{scenario}" for window in SHOWN_WINDOWS for scenario in SCENARIOS]

_FEARED = "ahead_tightening_shock"
_LIKELIEST = 0.1
"""Share of sessions, those with the highest probability, after which the price is looked at."""

_FALL = 0.05
"""Fall of the price that counts, as a fraction."""

_TITLES = {"now": "Scenario in progress, %", "ahead": "Next 10 sessions, %"}


@figure(Section.CONFIRMATION, 10, "Did the outlook change before the price did?", wide=True)
def outlook_under_price(inputs: Inputs) -> Picture:
    """Nasdaq-100 over the out-of-sample probabilities of the scenario now and ahead."""
    table = drawn(inputs, ["qqq", *_COLUMNS])
    strips = [_strip(window, *_STRIPS[window]) for window in SHOWN_WINDOWS]
    chart = timeline(inputs.last_session, [_price(), *strips], _tooltips(), height=400)
    return Picture(chart.resolve_scale(y="independent"), _says(inputs), _table(table))


def _price() -> alt.Chart:
    y = alt.Y(
        "qqq:Q",
        title="Nasdaq-100 fund QQQ, USD, log",
        scale=alt.Scale(type="log", nice=False, range=[205, 0]),
        axis=alt.Axis(tickCount=4, titleY=102),
    )
    return over_time().mark_line(style="price").encode(y=y)


def _strip(window: str, bottom: int, top: int) -> alt.LayerChart:
    chart = over_time()
    for scenario in SCENARIOS:
        field = f"datum['{window}_{scenario}']"
        chart = chart.transform_calculate(**{words(scenario): f"100 * {field}"})
    y = alt.Y(
        "probability:Q",
        title=None,
        stack="zero",
        scale=alt.Scale(domain=[0, 100], range=[bottom, top]),
        axis=alt.Axis(values=[0, 50, 100], grid=False, orient="left"),
    )
    stack = [words(scenario) for scenario in _STACK]
    area = (
        chart.transform_filter(f"isValid(datum['{window}_base'])")
        .transform_fold([*stack], as_=["scenario", "probability"])
        .transform_calculate(place=f"indexof({stack}, datum.scenario)")
        .mark_area(interpolate="step-after")
        .encode(
            y=y,
            color=alt.Color("scenario:N", scale=alt.Scale(domain=list(SCENARIO_WORDS))),
            order=alt.Order("place:Q"),
        )
    )
    return alt.LayerChart(layer=[area, _caption(_TITLES[window], top)])


def _caption(text: str, top: int) -> alt.Chart:
    """A strip's title, at its upper left."""
    mark = alt.Chart(pd.DataFrame({"text": [text]})).mark_text(align="left", baseline="bottom")
    return mark.encode(x=alt.value(0), y=alt.value(top - 4), text="text:N")


def _tooltips() -> list[alt.Tooltip]:
    probabilities = [
        alt.Tooltip(f"{window}_{scenario}:Q", title=f"{window}: {words(scenario)}", format=".0%")
        for window in SHOWN_WINDOWS
        for scenario in SCENARIOS
    ]
    return [alt.Tooltip("qqq:Q", title="QQQ, USD", format=".1f"), *probabilities]


def _says(inputs: Inputs) -> str:
    ahead = drawn(inputs, [f"ahead_{scenario}" for scenario in SCENARIOS])
    last = ahead.iloc[-1]
    shaded = [
        name for name, (first, _last) in NAMED_WINDOWS.items() if first <= ahead.index[-1].date()
    ]
    return (
        f"{_answer(inputs)} Out of sample, by the pool as it was fitted then: on "
        f"{last.name:%d %b %Y} "
        + ", ".join(f"{words(name)} {percent(last[f'ahead_{name}'])}" for name in SCENARIOS)
        + ", from which a call by the latest fit may differ. Tightening-shock stood highest on "
        f"{ahead[_FEARED].idxmax():%d %b %Y}, at {percent(ahead[_FEARED].max())}. "
        f"Shaded: {listed(shaded)}."
    )


def _answer(inputs: Inputs) -> str:
    """How the price moved after a high probability of a tightening-shock, and after any."""
    table = drawn(inputs, ["qqq", _FEARED])
    sessions = inputs.settings.scenarios.windows[OUTLOOK_WINDOW].ahead
    table["move"] = table["qqq"].shift(-sessions) / table["qqq"] - 1
    table = table.dropna()
    likely = table[table[_FEARED].rank(pct=True) > 1 - _LIKELIEST]
    years = pd.DatetimeIndex(likely.index).year.value_counts()
    return (
        f"On the {len(likely)} sessions with the highest probability of a tightening-shock, a "
        f"tenth of all ({years.iloc[0]} of them in {years.index[0]}), the Nasdaq-100 moved "
        f"{percent(likely['move'].mean(), 1, signed=True)} on average over the next {sessions} "
        f"sessions, against {percent(table['move'].mean(), 1, signed=True)} on all; it fell by "
        f"more than {percent(_FALL)} after {percent((likely['move'] < -_FALL).mean())} of them, "
        f"against {percent((table['move'] < -_FALL).mean())} of all."
    )


def _table(table: pd.DataFrame) -> pd.DataFrame:
    shown = month_ends(table[table["ahead_base"].notna()])
    columns = {"QQQ, USD": shown["qqq"].map("{:.1f}".format)} | {
        f"{window}: {words(scenario)}": shown[f"{window}_{scenario}"].map(percent)
        for window in SHOWN_WINDOWS
        for scenario in SCENARIOS
    }
    return pd.DataFrame(columns)
