"""The page: everything that the three layers hold, filled into one template."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.base.errors import DataMissingError, ModelError
from pipeline.base.visible import visible
from pipeline.base.words import RESEARCH, SIMULATED
from pipeline.board.rows import YEAR
from pipeline.board.standing import MIN_HISTORY, SPAN
from pipeline.report import today
from pipeline.report.book import book_card
from pipeline.report.cards import (
    data_card,
    model_card,
    model_words,
    optional,
    remarks_card,
)
from pipeline.report.daily import SINCE
from pipeline.report.figure import Figure
from pipeline.report.glossary import Entry, glossary
from pipeline.report.inputs import Inputs
from pipeline.report.palette import DARK, LIGHT, SCENARIO_WORDS
from pipeline.report.signals import HEIGHT, Driver, board
from pipeline.report.specs import Spec
from pipeline.report.text import commands, typeset
from pipeline.scoring import words as said
from pipeline.scoring.document import Call

_HERE = Path(__file__).parent
_LIBRARY_NOTE = "Vega, Vega-Lite and vega-embed, BSD 3-clause, University of Washington"


def render(
    inputs: Inputs,
    figures: Sequence[Figure],
    specs: Mapping[str, Spec],
    daily: Mapping[str, list[Any]],
    library: str,
) -> str:
    """Fill the template.

    Parameters
    ----------
    inputs
        What the stages left.
    figures
        Every declared chart, in order.
    specs
        Specification of each figure that has a picture, by name.
    daily
        The shared table, packed.
    library
        Script that draws the specifications, from `pipeline.report.vega.library`.

    Returns
    -------
    str
        HTML that asks the network for nothing.
    """
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_typeset,
    )
    environment.filters["commands"] = commands
    page = environment.get_template("page.html.j2").render(
        research=RESEARCH,
        simulated=SIMULATED if inputs.simulated else "",
        session=inputs.last_session,
        today=_today(inputs),
        glossary=_glossary(inputs),
        figures=figures,
        signals=_signals(inputs),
        span=SPAN,
        min_history=MIN_HISTORY,
        year=YEAR,
        height=HEIGHT,
        spans=_spans(inputs),
        cards={
            "What are the data?": optional(data_card, inputs),
            "Remarks on the data": remarks_card(),
            "What is the model, and what is it not for?": optional(model_card, inputs),
        },
        models=optional(model_words, inputs),
        scenarios=SCENARIO_WORDS,
        light=LIGHT,
        dark=DARK,
        css=_raw("page.css"),
        script=_raw("page.js"),
        library=Markup(library),  # noqa: S704 - our own dependency's script
        library_note=_LIBRARY_NOTE,
        specs=_embedded(specs),
        daily=_embedded(daily),
    )
    return page.strip() + "\n"


def _today(inputs: Inputs) -> dict[str, Any]:
    """Every part of the first layer; ``missing`` alone when there is no call."""
    try:
        call, previous = _latest(inputs.calls)
        rules = inputs.rules
    except (DataMissingError, ModelError) as error:
        return {"missing": str(error)}
    begins = dict(enumerate(rules.desk.tier.risk_levels, start=1))
    return {
        "missing": "",
        "call": call,
        "previous": None if previous is None else previous["session"],
        "known": said.minute(call["decision_time"]),
        "headline": today.headline(call),
        "narrative": said.narrative(call),
        "probabilities": today.probabilities(call, previous),
        "facts": said.facts(call, begins, _measured(inputs)),
        "drivers": today.drivers(call["drivers"]),
        "changes": today.changes(call, previous),
        "checklist": today.checklist(call),
        "stack": [said.stack(call), f"Cascade: {said.cascade(call)}"],
        "playbooks": today.playbooks(call),
        "nearest_flip": today.nearest_flip(call),
        "analogs": today.analogs(call),
        "drift": said.drift(call),
        "book": book_card(call),
        "missing_series": said.missing(call),
        "ages": said.ages(call),
    }


def _measured(inputs: Inputs) -> dict[str, Any] | None:
    """What followed each tier; None when no run has left it."""
    try:
        return inputs.document("tiers.json", "run `dvc repro`")
    except DataMissingError:
        return None


def _glossary(inputs: Inputs) -> list[Entry]:
    """The words with the limits of the model that speaks; none when there is no model."""
    try:
        return glossary(inputs.rules)
    except (DataMissingError, ModelError):
        return []


def _signals(inputs: Inputs) -> list[Driver] | str:
    """The signal board, or the reason why there is none."""
    try:
        return board(inputs.board)
    except (DataMissingError, ModelError) as error:
        return str(error)


def _latest(calls: Sequence[Call]) -> tuple[Call, Call | None]:
    """The latest call, and the last one of an earlier session."""
    latest = calls[-1]
    earlier = [call for call in calls if call["session"] < latest["session"]]
    return latest, earlier[-1] if earlier else None


def _spans(inputs: Inputs) -> list[dict[str, str]]:
    """Named windows that the charts over time reach, widened so that one sees into and out."""
    last = inputs.last_session
    return [
        {"name": name, "first": f"{first:%Y-%m-%d}", "last": f"{end:%Y-%m-%d}"}
        for name, (first, end) in inputs.settings.evaluation.named_windows.items()
        if SINCE.date() <= first <= last.date()
    ]


def _typeset(value: Any) -> Any:
    """What every text goes through on its way into the page; markup is finished already."""
    return typeset(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _raw(name: str) -> Markup:
    return Markup((_HERE / name).read_text(encoding="utf-8"))  # noqa: S704 - a file of this package


def _embedded(document: Any) -> Markup:
    """JSON for a script element, where ``<`` could begin a comment or end the script."""
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    return Markup(visible(text).replace("<", "\\u003c"))  # noqa: S704 - JSON cannot leave its element
