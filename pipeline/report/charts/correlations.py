"""What moves together, and whether that is new."""

from itertools import product

import altair as alt
import numpy as np
import pandas as pd

from pipeline.report.figure import Picture, Section, figure, layered
from pipeline.report.inputs import Inputs
from pipeline.report.palette import DIVERGING, colour
from pipeline.report.text import number

_ASSETS = {
    "qqq": "Nasdaq-100",
    "spy": "S&P 500",
    "smh": "semis",
    "iwm": "small caps",
    "hyg": "high yield",
    "btc": "bitcoin",
    "eth": "ether",
    "gdx": "gold miners",
    "gld": "gold",
    "ief": "Treasuries",
    "dxy": "dollar",
    "vix": "VIX",
}
_NAMES = list(_ASSETS.values())
_RECENT, _BEFORE = 60, 252
_STEPS = (-0.8, -0.5, -0.2, 0.2, 0.5, 0.8)
"""Correlations at which the colour changes."""


@figure(Section.CONFIRMATION, 40, "What moves together now, and is that new?")
def correlations(inputs: Inputs) -> Picture:
    """Correlations of daily returns: the latest below the diagonal, the year before them above."""
    returns = inputs.panel(*_ASSETS).apply(np.log).diff().rename(columns=_ASSETS)
    recent = returns.tail(_RECENT).corr()
    before = returns.iloc[:-_RECENT].tail(_BEFORE).corr()
    cells = _cells(recent, before)
    return Picture(_heatmap(cells), _says(cells), _table(cells))


def _cells(recent: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """One row a pair: the correlation shown, the other span's, and which span is shown."""
    latest = f"last {_RECENT} sessions"
    pairs = [(down, across) for down, across in product(_NAMES, _NAMES) if down != across]
    rows = [
        (down, across, recent.at[down, across], before.at[down, across], latest)
        if _NAMES.index(down) > _NAMES.index(across)
        else (down, across, before.at[down, across], recent.at[down, across], "the year before")
        for down, across in pairs
    ]
    return pd.DataFrame(rows, columns=["down", "across", "correlation", "other", "span"]).round(2)


def _heatmap(cells: pd.DataFrame) -> alt.LayerChart:
    scale = alt.Scale(
        type="threshold", domain=list(_STEPS), range=[colour(name) for name in DIVERGING]
    )
    top = alt.Axis(orient="top", labelAngle=-50, labelOverlap=False)
    legend = alt.Legend(format=".1f", labelOverlap=False, labelFontSize=11)
    squares = (
        alt.Chart(cells)
        .mark_rect()
        .encode(
            x=alt.X("across:N", sort=_NAMES, title=None, axis=top),
            y=alt.Y("down:N", sort=_NAMES, title=None),
            color=alt.Color("correlation:Q", scale=scale, title="correlation", legend=legend),
            tooltip=[
                "down:N",
                "across:N",
                alt.Tooltip("correlation:Q", format="+.2f"),
                alt.Tooltip("other:Q", title="in the other span", format="+.2f"),
                "span:N",
            ],
        )
    )
    return layered(squares, height=30 * len(_NAMES))


def _says(cells: pd.DataFrame) -> str:
    latest = cells[cells["span"] != "the year before"]
    change = (latest["correlation"] - latest["other"]).abs()
    most = latest.iloc[int(change.to_numpy().argmax())]
    return (
        f"Below the diagonal: the last {_RECENT} sessions; above it: the {_BEFORE} before. "
        f"The largest change is between {most['down']} and {most['across']}: from "
        f"{number(most['other'], signed=True)} to {number(most['correlation'], signed=True)}. "
        "Correlations of daily log returns."
    )


def _table(cells: pd.DataFrame) -> pd.DataFrame:
    wide = cells.pivot(index="down", columns="across", values="correlation")
    return wide.loc[_NAMES, _NAMES].map(number).rename_axis(index="market", columns=None)
