"""The hidden states through time."""

from typing import cast

import altair as alt
import pandas as pd

from models.states.inputs import STATE
from pipeline.report.daily import drawn
from pipeline.report.figure import Picture, Section, figure
from pipeline.report.inputs import Inputs
from pipeline.report.palette import STATES, colour
from pipeline.report.tables import month_ends
from pipeline.report.text import percent
from pipeline.report.timeline import over_time, timeline


@figure(Section.CONFIRMATION, 20, "Which state is the market in, and how sure is that?")
def states_over_time(inputs: Inputs) -> Picture:
    """Filtered probabilities of the hidden Markov model's states, stacked."""
    named = _words(inputs.states)
    tooltip = [alt.Tooltip(f"{name}:Q", title=word, format=".0%") for name, word in named.items()]
    tooltip.append(alt.Tooltip("vix:Q", title="VIX, %", format=".1f"))
    chart = timeline(inputs, [_stack(named)], tooltip, height=200)
    return Picture(chart, _says(inputs.states), _table(drawn(inputs, [*named, "vix"]), named))


def _words(states: pd.DataFrame) -> dict[str, str]:
    """What people call each state: ``{column: word}``, calmest first."""
    word_of = states.groupby("label")["word"].first()
    columns = [str(name) for name in states.filter(regex=r"^state_\d+$")]
    return {
        column: cast("str", word_of.get(place, column.replace("_", " ")))
        for place, column in enumerate(columns)
    }


def _stack(named: dict[str, str]) -> alt.Chart:
    words = list(named.values())
    chart = over_time()
    for column, word in named.items():
        chart = chart.transform_calculate(**{word: f"100 * datum['{column}']"})
    colours = alt.Scale(domain=words, range=[colour(name) for name in STATES[: len(words)]])
    return (
        chart.transform_fold([*words], as_=["state", "posterior"])
        .transform_calculate(place=f"indexof({words}, datum.state)")
        .mark_area(interpolate="step-after")
        .encode(
            y=alt.Y("posterior:Q", title="probability, %", scale=alt.Scale(domain=[0, 100])),
            color=alt.Color("state:N", scale=colours, sort=words, legend=_outlined()),
            order=alt.Order("place:Q"),
        )
    )


def _outlined() -> alt.Legend:
    """Symbols with an edge: the calmest colour is all but that of the card."""
    return alt.Legend(symbolStrokeColor=colour("quiet"), symbolStrokeWidth=1)


def _says(states: pd.DataFrame) -> str:
    last = states.iloc[-1]
    probability = percent(last[f"{STATE}{last['label']}"])
    year = states["word"].tail(252)
    return (
        f"On {last.name:%d %b %Y}: {last['word']}, with probability {probability}, "
        f"entropy {last['entropy']:.2f} nats (0 is certain). Of the last {len(year)} sessions "
        f"{percent((year == last['word']).mean())} were in this state. "
        "Filtered: each day uses that day and earlier ones only."
    )


def _table(table: pd.DataFrame, named: dict[str, str]) -> pd.DataFrame:
    shown = month_ends(table[table["state_0"].notna()])
    return pd.DataFrame(
        {word: shown[column].map(percent) for column, word in named.items()}
        | {"VIX, %": shown["vix"].map("{:.1f}".format)}
    )
