"""Colours: one name for each meaning, one value for each theme, safe for colour-blind readers.

Scenarios are grey, orange and blue, which every common kind of colour blindness tells apart
(Okabe and Ito 2008); lightness differs too, so that they survive a grey print. Two-sided scales
are brown and teal, and lines that are no scenario are ink, plum and olive, so that none of them
looks like a scenario. Charts on the page name the variables of the page's style sheet, so that a
theme switch and the printer repaint them without drawing anything again; pictures that leave the
page get the values.
"""

import re
from collections.abc import Mapping
from typing import Any

from models.scenarios import SCENARIOS
from pipeline.desk.narrative import words

LIGHT = {
    "paper": "#ffffff",
    "card": "#f6f7f9",
    "ink": "#17202c",
    "quiet": "#556070",
    "line": "#d5dae1",
    "accent": "#0b5cad",
    "warning": "#a13d00",
    "base": "#7d8797",
    "tightening-shock": "#d55e00",
    "reflation": "#0072b2",
    "named": "#e0d9c2",
    "first": "#26324a",
    "second": "#a8327e",
    "third": "#5f7a1f",
    "state-0": "#d8e3ef",
    "state-1": "#a3b9d6",
    "state-2": "#8a63a8",
    "state-3": "#4a1463",
    "away-3": "#01665e",
    "away-2": "#5ab4ac",
    "away-1": "#c4e6e1",
    "neither": "#eef0f2",
    "towards-1": "#efdcb4",
    "towards-2": "#bf812d",
    "towards-3": "#7d4708",
}
"""Values on white; text colours reach 4.5 to 1 on the card, marks 3 to 1."""

DARK = {
    "paper": "#10151d",
    "card": "#182029",
    "ink": "#e8ecf2",
    "quiet": "#a7b2c1",
    "line": "#344050",
    "accent": "#7cc0ff",
    "warning": "#ffb27d",
    "base": "#8d98a9",
    "tightening-shock": "#ff8c42",
    "reflation": "#4fb0f2",
    "named": "#3a3b33",
    "first": "#eef2f8",
    "second": "#f07fc4",
    "third": "#a9c25a",
    "state-0": "#2b3a4d",
    "state-1": "#54769f",
    "state-2": "#a77fc6",
    "state-3": "#e9c8ff",
    "away-3": "#5fd3c6",
    "away-2": "#2f938a",
    "away-1": "#1f524f",
    "neither": "#232c37",
    "towards-1": "#5b4626",
    "towards-2": "#a97b35",
    "towards-3": "#f0c37a",
}
"""The same names on a dark page."""

DIVERGING = ("away-3", "away-2", "away-1", "neither", "towards-1", "towards-2", "towards-3")
"""From one end of a two-sided scale to the other."""

STATES = ("state-0", "state-1", "state-2", "state-3")
"""From the calmest state to the wildest."""

LINES = ("first", "second", "third")
"""Series of one chart that are no scenario; each has its own dash as well."""

_REFERENCE = re.compile(r"var\(--([\w-]+)\)")

_NUMBERS = {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", ""]}

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"


SCENARIO_WORDS = tuple(words(name) for name in SCENARIOS)


def colour(name: str) -> str:
    """A colour as a reference to the page's style sheet."""
    return f"var(--{name})"


def painted(text: str, colours: Mapping[str, str]) -> str:
    """Replace every reference by its value, for a picture that stands outside the page."""
    return _REFERENCE.sub(lambda found: colours[found.group(1)], text)


def chart_config() -> dict[str, Any]:
    """Vega-Lite configuration of every chart."""
    text = {"labelColor": colour("quiet"), "titleColor": colour("quiet")}
    sizes = {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal"}
    return {
        "background": "transparent",
        # As everywhere on the page: a space that does not break before the sign.
        "locale": {"number": {**_NUMBERS, "percent": "\N{NO-BREAK SPACE}%"}},
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            **text,
            **sizes,
            "gridColor": colour("line"),
            "domainColor": colour("line"),
            "tickColor": colour("line"),
            "labelOverlap": "greedy",
            "labelSeparation": 6,
        },
        "axisX": {"grid": False},
        "legend": {
            **text,
            **sizes,
            "orient": "top",
            "offset": 24,
            "title": None,
            "titleLimit": 360,
            "gradientLength": 224,
            "symbolStrokeWidth": 3,
        },
        "title": {"color": colour("warning"), "fontSize": 12, "anchor": "start"},
        "range": {"category": [colour(name) for name in SCENARIO_WORDS]},
        "text": {"color": colour("ink"), "fontSize": 12},
        "rule": {"color": colour("quiet")},
        "style": _styles(),
    }


def _styles() -> dict[str, Any]:
    return {
        "price": {"color": colour("ink"), "strokeWidth": 1.5},
        "named": {"color": colour("named"), "stroke": colour("named"), "strokeWidth": 1.5},
        "named-label": {"color": colour("quiet"), "fontSize": 11},
        "limit": {"color": colour("quiet"), "strokeDash": [4, 4]},
        "band": {"color": colour("line"), "fillOpacity": 0.55},
        "hover": {"color": colour("ink"), "strokeWidth": 1},
        "bar": {"color": colour("first")},
        "cell-label": {"color": colour("ink"), "fontSize": 11},
    }
