"""The registry as documents and as a page: what each feature is, reads and covers."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from features.registry import Feature
from pipeline.docs.markdown import chapter

_COLUMNS = ("name", "signals", "unit", "window", "reads", "meaning")


def describe(features: Iterable[Feature]) -> list[dict[str, Any]]:
    """One document a feature.

    Returns
    -------
    list of dict
        ``name, label, driver, signals`` (ids of SIGNALS), ``unit, inputs, window`` (sessions; None
        for all since the start), ``optional`` and ``about`` (one line).
    """
    return [
        {
            "name": feature.name,
            "label": feature.label,
            "driver": feature.driver,
            "signals": list(feature.signals),
            "unit": feature.unit,
            "inputs": list(feature.inputs),
            "window": None if feature.running else feature.window,
            "optional": feature.optional,
            "about": feature.about.partition("\n\n")[0].replace("\n", " "),
        }
        for feature in features
    ]


def markdown(features: Iterable[Feature]) -> str:
    """The page ``docs/features.md``: one table a driver."""
    documents = sorted(describe(features), key=lambda document: document["driver"])
    chapters = [
        chapter(f"## {driver}", _COLUMNS, map(_row, members))
        for driver, members in groupby(documents, key=lambda document: document["driver"])
    ]
    return "\n\n".join([_opening(len(documents)), *chapters]) + "\n"


def _opening(count: int) -> str:
    return (
        "# Features\n\n"
        f"{count} numbers a session, each from what was public at its decision time. This page is "
        "made from the code.\n"
        "The window is in sessions, the feature's own included; `all` says since the start. "
        "*optional* rests on a series that is not always there, and is then missing."
    )


def _row(document: dict[str, Any]) -> list[str]:
    cells = (
        f"`{document['name']}`",
        " ".join(document["signals"]),
        document["unit"],
        "all" if document["window"] is None else str(document["window"]),
        ", ".join(f"`{name}`" for name in document["inputs"]),
        document["about"] + (" *optional*" if document["optional"] else ""),
    )
    return [cell.replace("|", "/") for cell in cells]
