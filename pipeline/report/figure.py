"""A figure: a question, the picture that answers it, what it shows in words, and its numbers.

A chart is one function, declared where it stands with its section, its place there and the
question it answers; no list elsewhere names it.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import altair as alt
import pandas as pd

from pipeline.base.errors import DataMissingError, ModelError
from pipeline.report.inputs import Inputs


class Section(StrEnum):
    """The layers of the report that have charts."""

    CONFIRMATION = "confirmation"
    TRUST = "trust"


@dataclass(frozen=True, eq=False)
class Picture:
    """What a chart function gives.

    Attributes
    ----------
    chart
        The drawing; it may read the page's shared data by name (``alt.NamedData``). None where
        words and numbers say all that there is.
    says
        What it shows, in a sentence or two with the numbers: the text beside it and the one that
        a screen reader gets.
    table
        The same as text, ready to print.
    """

    chart: alt.LayerChart | None
    says: str
    table: pd.DataFrame


def layered(*layers: alt.Chart | alt.LayerChart, height: int) -> alt.LayerChart:
    """Put layers over each other, as wide as the page lets them be and so many pixels high."""
    return alt.LayerChart(layer=[*layers], height=height, width="container")


Build = Callable[[Inputs], Picture]


@dataclass(frozen=True)
class Declaration:
    """A chart function and where it belongs."""

    name: str
    section: Section
    place: int
    question: str
    wide: bool
    build: Build


@dataclass(frozen=True, eq=False)
class Figure:
    """A declared chart with its picture, or with the reason why there is none."""

    declaration: Declaration
    picture: Picture | None
    missing: str = ""


_DECLARED: dict[str, Declaration] = {}


def figure(
    section: Section, place: int, question: str, *, wide: bool = False
) -> Callable[[Build], Build]:
    """Declare a chart.

    Parameters
    ----------
    section, place
        Where it stands: charts of a section follow each other by rising place.
    question
        What it answers; its title.
    wide
        Whether it takes the page's whole width.
    """

    def declare(build: Build) -> Build:
        name = build.__name__.replace("_", "-")
        _DECLARED[name] = Declaration(name, section, place, question, wide, build)
        return build

    return declare


def declarations() -> list[Declaration]:
    """Every chart, in the order of the page."""
    package = importlib.import_module("pipeline.report.charts")
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
    sections = list(Section)
    return sorted(_DECLARED.values(), key=lambda d: (sections.index(d.section), d.place))


def draw(declaration: Declaration, inputs: Inputs) -> Figure:
    """Build a chart; what it needs and cannot have becomes its reason for being absent."""
    try:
        return Figure(declaration, declaration.build(inputs))
    except (DataMissingError, ModelError) as error:
        return Figure(declaration, None, str(error))
