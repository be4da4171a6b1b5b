"""Whether probabilities mean what they say, and which mistakes the likeliest scenario makes."""

import altair as alt
import pandas as pd

from models.forecasting.pool import POOL
from models.scenarios import SCENARIOS
from pipeline.desk.narrative import words
from pipeline.report.figure import Picture, Section, figure, layered
from pipeline.report.inputs import Inputs
from pipeline.report.palette import SCENARIO_WORDS
from pipeline.report.text import number, percent


@figure(Section.TRUST, 30, "When it says 30 %, does it happen 30 % of the time?")
def reliability(inputs: Inputs) -> Picture:
    """Frequency against probability in ten bins a scenario, the next ten sessions."""
    table = inputs.plot("reliability")
    table = table[table["window"] == "ahead"]
    table = table.assign(scenario=table["scenario"].map(words))
    errors = inputs.metrics["ahead"][POOL]["calibration_error"]
    says = (
        f"The {POOL}, next ten sessions: on the dashed line is perfect, above it things happened "
        "more often than said. Mean distance from the line, in percentage points: "
        + ", ".join(f"{words(name)} {number(100 * errors[name], 1)}" for name in SCENARIOS)
        + "."
    )
    return Picture(_reliability_chart(table), says, _reliability_table(table))


@figure(Section.TRUST, 50, "What happened after each call?")
def confusion(inputs: Inputs) -> Picture:
    """The likeliest scenario against the one that came, the next ten sessions."""
    counts = pd.DataFrame(inputs.metrics["ahead"][POOL]["confusion"]).T
    counts = counts.reindex(index=list(SCENARIOS), columns=list(SCENARIOS))
    counts = counts.rename(index=words, columns=words)
    shares = counts.div(counts.sum(axis=1), axis=0)
    right = counts.to_numpy().trace() / counts.to_numpy().sum()
    called = counts.sum() / counts.to_numpy().sum()
    always = counts.sum(axis=1) / counts.to_numpy().sum()
    says = (
        f"The likeliest scenario came true on {percent(right)} of sessions; always saying "
        f"{always.idxmax()} would have been right on {percent(always.max())}. Base was the "
        f"likeliest on {percent(called['base'])} of all sessions: the probabilities say more than "
        "the likeliest name does. Each row adds up to what happened."
    )
    table = counts.rename_axis("happened").astype(str)
    return Picture(_confusion_chart(counts, shares), says, table)


def _reliability_chart(table: pd.DataFrame) -> alt.LayerChart:
    colours = alt.Color("scenario:N", scale=alt.Scale(domain=list(SCENARIO_WORDS)))
    points = alt.Chart(table).encode(
        x=alt.X("predicted:Q", title="probability given", axis=alt.Axis(format="%", tickCount=6)),
        y=alt.Y("observed:Q", title="share that happened", axis=alt.Axis(format="%")),
        color=colours,
    )
    dots = points.mark_point(filled=True, opacity=1, size=60).encode(
        shape=alt.Shape("scenario:N", scale=alt.Scale(domain=list(SCENARIO_WORDS))),
        tooltip=[
            "scenario:N",
            alt.Tooltip("predicted:Q", format=".1%"),
            alt.Tooltip("observed:Q", format=".1%"),
            alt.Tooltip("count:Q", title="sessions"),
        ],
    )
    top = float(table[["predicted", "observed"]].to_numpy().max())
    ends = pd.DataFrame({"predicted": [0.0, top], "observed": [0.0, top]})
    diagonal = alt.Chart(ends).mark_line(style="limit").encode(x="predicted:Q", y="observed:Q")
    return layered(diagonal, points.mark_line(strokeWidth=1.5), dots, height=300)


def _reliability_table(table: pd.DataFrame) -> pd.DataFrame:
    columns = {
        "said": table["predicted"].map(lambda p: percent(p, 1)),
        "happened": table["observed"].map(lambda p: percent(p, 1)),
        "sessions": table["count"].astype(str),
    }
    return pd.DataFrame(columns).set_axis(pd.Index(table["scenario"], name="scenario"))


def _confusion_chart(counts: pd.DataFrame, shares: pd.DataFrame) -> alt.LayerChart:
    rows = [
        {
            "happened": happened,
            "called": called,
            "sessions": int(counts.loc[happened, called]),
            "share": float(shares.loc[happened, called]),
        }
        for happened in counts.index
        for called in counts.columns
    ]
    order = list(SCENARIO_WORDS)
    cells = alt.Chart(pd.DataFrame(rows)).encode(
        x=alt.X("called:N", sort=order, title="called", axis=alt.Axis(orient="top", labelAngle=0)),
        y=alt.Y("happened:N", sort=order, title="happened"),
    )
    fainter = alt.Scale(domain=[0, 3], range=[0.05, 1])
    squares = cells.mark_rect(style="bar").encode(
        opacity=alt.Opacity("share:Q", scale=fainter, legend=None),
        tooltip=["happened:N", "called:N", "sessions:Q", alt.Tooltip("share:Q", format=".0%")],
    )
    label = cells.mark_text(style="cell-label").encode(text="sessions:Q")
    return layered(squares, label, height=220)
