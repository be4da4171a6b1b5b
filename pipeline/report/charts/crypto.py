"""Leverage in crypto: what it pays, and whether it builds or is flushed."""

import altair as alt
import pandas as pd

from pipeline.report.daily import drawn
from pipeline.report.figure import Picture, Section, figure
from pipeline.report.inputs import Inputs
from pipeline.report.tables import month_ends
from pipeline.report.text import percent
from pipeline.report.timeline import level, lines, timeline

_FUNDING = {"btc_funding_week": "bitcoin", "eth_funding_week": "ether"}
_INTEREST = {
    "btc_open_interest_change_5": "5 sessions",
    "btc_open_interest_change_21": "21 sessions",
}


@figure(Section.CONFIRMATION, 70, "Which side pays to hold leverage in crypto?")
def funding(inputs: Inputs) -> Picture:
    """Perpetual funding, the mean of a week, annualised."""
    table = _table(inputs, _FUNDING)
    last = table.iloc[-1]
    says = (
        f"Funding of a week at a yearly rate, on {table.index[-1]:%d %b %Y}: "
        + ", ".join(f"{coin} {percent(last[coin], 1, signed=True)}" for coin in _FUNDING.values())
        + ". Above zero (dashed) longs pay shorts; far above zero longs are crowded."
    )
    y = alt.Y("value:Q", title="funding a year", axis=alt.Axis(format="%"))
    chart = timeline(inputs, [level(0), lines(_FUNDING, y)], _tooltips(_FUNDING))
    return Picture(chart, says, month_ends(table).map(_signed))


@figure(Section.CONFIRMATION, 80, "Is open interest building, or has it been flushed?")
def open_interest(inputs: Inputs) -> Picture:
    """Change of bitcoin open interest against the drop that counts as a reset."""
    settings = inputs.rules.features
    drop = float(settings["reset_drop"])
    table = _table(inputs, _INTEREST)
    resets = int((table["5 sessions"] < -drop).sum())
    last = table.iloc[-1]
    says = (
        f"Bitcoin open interest to {table.index[-1]:%d %b %Y}: "
        f"{percent(last['5 sessions'], 1, signed=True)} in 5 sessions, "
        f"{percent(last['21 sessions'], 1, signed=True)} in 21. A fall of more than "
        f"{percent(drop)} in {settings['reset_sessions']} sessions (dashed) counts as a reset, "
        f"which was so on {resets} sessions since {table.index[0]:%Y}."
    )
    y = alt.Y("value:Q", title="change of open interest", axis=alt.Axis(format="%"))
    layers = [level(-drop), lines(_INTEREST, y)]
    chart = timeline(inputs, layers, _tooltips(_INTEREST))
    return Picture(chart, says, month_ends(table).map(_signed))


def _table(inputs: Inputs, named: dict[str, str]) -> pd.DataFrame:
    return drawn(inputs, named).rename(columns=named)


def _tooltips(named: dict[str, str]) -> list[alt.Tooltip]:
    return [alt.Tooltip(f"{n}:Q", title=title, format="+.1%") for n, title in named.items()]


def _signed(value: float) -> str:
    return percent(value, 1, signed=True)
