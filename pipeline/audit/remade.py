"""The last fit and the latest call, made again: the bundle from the tables, the call from it.

No session follows the last one, so neither can look ahead; but either can be of other rows or other
rules than those that are published, or be edited. What differs is told as stale or changed by hand.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from pipeline.audit.compare import Comparison, Leak
from pipeline.audit.published import Published
from pipeline.audit.remake import packed, unpacked
from pipeline.audit.replays import Ask
from pipeline.series.calendar import decision_time
from pipeline.storage import store

REMADE = "remade"
"""How both are compared."""

_TRAINED_ON = (store.FEATURES, store.STATES, store.SCENARIOS, store.OUTLOOK, store.STATES_FIT)
_CALLED_FROM = (store.PANEL, store.FEATURES, store.STATES, store.SCENARIOS, store.MODEL)
_VERSION = "model.version"
"""The registry's number, which no replay knows."""
_SHOWN = 60


def can_be_remade() -> bool:
    """Whether a training has left what it fitted and the bundle."""
    return store.MODEL.is_dir() and store.STATES_FIT.is_dir()


def remade(published: Published, ask: Ask) -> Iterator[Comparison]:
    """The bundle and, where there is one, the latest call, made from these files alone."""
    now = decision_time(published.market.sessions[-1])
    with unpacked(ask("train", packed(_TRAINED_ON), now)) as folder:
        made = _leaves(store.read_fit(folder / store.MODEL))
    yield _held("model", _leaves(store.read_fit(store.MODEL)), made)
    if store.CALL.exists():
        with unpacked(ask("call", packed(_CALLED_FROM), now)) as folder:
            made = _leaves(store.read_json(folder / store.CALL))
        told = _leaves(store.read_json(store.CALL))
        yield _held("call.json", told, made | {_VERSION: told.get(_VERSION, made[_VERSION])})


def _leaves(document: Any, place: str = "") -> dict[str, str]:
    """Each value of a nested document by its place, to the last bit."""
    if isinstance(document, np.ndarray):
        document = document.tolist()
    if isinstance(document, Mapping | list) and document:
        parts = document.items() if isinstance(document, Mapping) else enumerate(document)
        return {
            name: value
            for key, inner in parts
            for name, value in _leaves(inner, f"{place}.{key}".strip(".")).items()
        }
    return {place: json.dumps(document)}


def _held(file: str, told: Mapping[str, str], made: Mapping[str, str]) -> Comparison:
    places = dict.fromkeys([*told, *made])
    wrong = [place for place in places if told.get(place) != made.get(place)]
    return Comparison(
        stage=file,
        cut="",
        how=REMADE,
        sessions=pd.DatetimeIndex([]),
        columns=tuple(made),
        values=len(told),
        own=True,
        leaks=tuple(
            Leak(file, place, "", "", REMADE, _shown(told.get(place)), _shown(made.get(place)))
            for place in wrong
        ),
    )


def _shown(value: str | None) -> str:
    return "absent" if value is None else value[:_SHOWN]
