"""From pictures to what the page embeds: one specification each, and the shared table once."""

import json
from collections.abc import Mapping
from typing import Any

import altair as alt

from pipeline.base.words import SIMULATED
from pipeline.report.daily import DAILY, rows
from pipeline.report.figure import Figure
from pipeline.report.palette import LIGHT, chart_config, painted
from pipeline.report.timeline import HOVER

Spec = dict[str, Any]

_PICTURE_WIDTH = 900
"""Pixels, of a picture that stands outside the page."""


def specification(figure: Figure, *, simulated: bool) -> Spec | None:
    """Vega-Lite specification of a figure, or None when nothing is drawn.

    A picture of a simulated market says so in itself, so that it still does when it is copied.
    """
    if figure.picture is None or figure.picture.chart is None:
        return None
    chart = figure.picture.chart.properties(
        description=f"{figure.declaration.question} {figure.picture.says}",
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
    )
    if simulated:
        chart = chart.properties(title=SIMULATED)
    spec: Spec = chart.to_dict()
    return {**spec, "config": chart_config()}


def alone(spec: Spec, daily: Mapping[str, list[Any]]) -> str:
    """A specification that stands alone, in light colours, as text for `vega.pictures`."""
    still = _still(spec)
    whole = {
        **still,
        "width": _PICTURE_WIDTH,
        "background": LIGHT["paper"],
        "datasets": {**spec.get("datasets", {}), DAILY: rows(_drawn_columns(still, daily))},
    }
    return painted(json.dumps(whole), LIGHT)


def _drawn_columns(spec: Spec, daily: Mapping[str, list[Any]]) -> Mapping[str, list[Any]]:
    """What of the shared table a specification names, for each picture carries its own copy."""
    text = json.dumps(spec)
    return {name: values for name, values in daily.items() if name == "session" or name in text}


def _still(spec: Spec) -> Spec:
    """A specification without what answers to the pointer."""
    layers = [layer for layer in spec["layer"] if layer.get("name") != HOVER]
    params = [param for param in spec.get("params", []) if "views" not in param]
    return {**spec, "layer": layers, "params": params}


def vega_lite() -> str:
    """Version of Vega-Lite that Altair writes, as vl-convert names it."""
    return ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
