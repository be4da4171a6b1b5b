"""What moves the model's opinion, by driver, through the last two years."""

import altair as alt
import numpy as np
import pandas as pd

from models.forecasting.attribution import by_driver
from models.scenarios import SCENARIOS
from models.states.inputs import as_inputs
from pipeline.desk.narrative import words
from pipeline.report.figure import Picture, Section, figure, layered
from pipeline.report.inputs import Inputs
from pipeline.report.palette import DIVERGING, colour
from pipeline.report.tables import month_ends
from pipeline.report.text import number
from pipeline.report.timeline import session_tooltip
from pipeline.scoring.attributions import STATES_DRIVER
from pipeline.scoring.call import OUTLOOK_WINDOW

_SESSIONS = 504
_EVERY = 5
_STEPS = (-0.5, -0.3, -0.1, 0.1, 0.3, 0.5)
"""Log odds at which the colour changes."""

_SCENARIO = "tightening_shock"


@figure(
    Section.CONFIRMATION, 30, "What pushes the outlook towards a tightening-shock, and since when?"
)
def drivers_over_time(inputs: Inputs) -> Picture:
    """Contributions by driver, as the model that scores today reads the last two years."""
    shares = _shares(inputs)
    return Picture(_chart(shares.iloc[::-_EVERY]), _says(shares), _table(shares))


def _shares(inputs: Inputs) -> pd.DataFrame:
    """Log odds of the scenario by driver, one row a session."""
    window = inputs.model.windows[OUTLOOK_WINDOW]
    states = as_inputs(inputs.states)
    recent = inputs.features.join(states).tail(_SESSIONS + window.context)
    driver_of = {feature.name: feature.driver for feature in inputs.model.features}
    driver_of |= {str(name): STATES_DRIVER for name in states}
    terms = by_driver(window.contributions(recent), driver_of)
    code = SCENARIOS.index(_SCENARIO)
    columns = {driver: values[:, code] for driver, values in terms.items()}
    return pd.DataFrame(columns, index=recent.index).tail(_SESSIONS)


def _chart(shares: pd.DataFrame) -> alt.LayerChart:
    long = shares.round(3).reset_index().melt("session", var_name="driver", value_name="push")
    long["until"] = long["session"] + pd.Timedelta(days=7)
    scale = alt.Scale(
        type="threshold", domain=list(_STEPS), range=[colour(name) for name in DIVERGING]
    )
    squares = (
        alt.Chart(long)
        .mark_rect(clip=True)
        .encode(
            x=alt.X("session:T", title=None, axis=alt.Axis(tickCount=6)),
            x2="until:T",
            y=alt.Y("driver:N", title=None, sort=list(shares.columns)),
            color=alt.Color("push:Q", scale=scale, title="log odds", legend=_legend()),
            tooltip=[
                session_tooltip(),
                "driver:N",
                alt.Tooltip("push:Q", title="log odds", format="+.2f"),
            ],
        )
    )
    return layered(squares, height=34 * shares.shape[1])


def _legend() -> alt.Legend:
    title = "log odds: away from | towards"
    return alt.Legend(title=title, format=".1f", labelOverlap=False, labelFontSize=11)


def _says(shares: pd.DataFrame) -> str:
    last = shares.iloc[-1]
    order = last.abs().sort_values(ascending=False).index
    parts = ", ".join(f"{driver} {number(last[driver], signed=True)}" for driver in order[:3])
    return (
        f"On {shares.index[-1]:%d %b %Y}, in log odds of {words(_SCENARIO)} over the next ten "
        f"sessions: {parts}; all drivers together {number(last.sum(), signed=True)}. This is how "
        f"today's model reads the past {len(shares)} sessions, shown every {_EVERY}th, not what "
        "was said then."
    )


def _table(shares: pd.DataFrame) -> pd.DataFrame:
    shown = month_ends(shares)
    return shown.map(lambda value: number(float(np.asarray(value)), signed=True))
