"""What a tracker is told, in its flat names, and what it tells of the models it keeps."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

LONGEST_VALUE = 6000
"""Characters that MLflow keeps of a parameter."""

IDENTITY = ("bundle", "data_digest")
"""Tags, from `identity_of`, by which a version is found again."""

_DIGEST_LENGTH = 16
_BY_YEAR = "by_year"
_UNLOGGED = {"simulated", "live", "tune", "tracking", "compute", "desk"}
"""Sections of ``params.yaml`` that a run keeps in its copy of the file alone: they do not decide
what a model says, and rules are texts."""
_NO_CHOICE = {"data", "simulated", "tracking", "compute"}
_NOT_IN_A_NAME = re.compile(r"[^\w.\- :/]", re.ASCII)


@dataclass(frozen=True, eq=False)
class RunRecord:
    """One trained configuration and everything that it left.

    Attributes
    ----------
    name
        Name of the run; None lets MLflow invent one. A DVC experiment gives its own.
    params
        As in ``params.yaml``: nested, any plain values.
    metrics
        Nested, numbers at the ends; a year below ``by_year`` is a step. What people compare runs
        by, from `models.evaluation.headline`; hundreds of them block MLflow's charts.
    features
        What was trained on, one row a session, float columns.
    features_source
        Where that lies, as a path relative to the project.
    artifacts
        Files and folders to keep with the run.
    tags
        From `pipeline.tracking.provenance.run_tags`.
    children
        By name, the metrics of each child run, as above: one a model, so that MLflow's own table
        and charts compare models.
    began
        When the training began; None says with the logging.
    """

    name: str | None
    params: Mapping[str, Any]
    metrics: Mapping[str, Any]
    features: pd.DataFrame
    features_source: str
    artifacts: Sequence[Path]
    tags: Mapping[str, str]
    children: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    began: datetime | None = None


@dataclass(frozen=True)
class ModelVersion:
    """One registered version.

    Attributes
    ----------
    aliases
        ``champion``, ``challenger``, both or neither.
    tags
        The run's provenance, and what `pipeline.tracking.champion` records.
    """

    version: int
    aliases: tuple[str, ...]
    created: pd.Timestamp
    run_id: str
    tags: Mapping[str, str]


class Point(NamedTuple):
    """One value of one metric; the step is the year for metrics by year, otherwise 0."""

    key: str
    value: float
    step: int


def flat_params(params: Mapping[str, Any]) -> dict[str, str]:
    """Flatten parameters to ``section.name: text``, lists as JSON.

    A text beyond `LONGEST_VALUE` is cut and ends in a digest of the whole, so that two values
    that differ only behind the cut still differ.
    """
    return {
        _name(path, "."): _fitting(value if isinstance(value, str) else _json(value))
        for path, value in _leaves(params)
    }


def logged_params(params: Mapping[str, Any]) -> dict[str, str]:
    """The choices that a run is told apart by, as `flat_params` has them."""
    return flat_params({name: value for name, value in params.items() if name not in _UNLOGGED})


def configuration_digest(params: Mapping[str, Any]) -> str:
    """Digest of the choices in parameters; which data they met, and where it ran, is none."""
    choices = {section: value for section, value in params.items() if section not in _NO_CHOICE}
    return _digest(json.dumps(choices, sort_keys=True, default=str))


def metric_points(metrics: Mapping[str, Any]) -> list[Point]:
    """Flatten metrics to ``window/model/metric``; what is not a finite number is left out.

    ``{window: {model: {"by_year": {"2020": {metric: value}}}}}`` becomes the metric
    ``window/model/by_year/metric`` with one step a year. An element of a list is named by its
    place, so an interval has ``…/0`` (low) and ``…/1`` (high).
    """
    points = (_point(path, value) for path, value in _leaves(metrics, lists=True))
    return [point for point in points if np.isfinite(point.value)]


def identity_of(model: str, data: pd.DataFrame) -> dict[str, str]:
    """Tags by which a version is found again: the same bundle, trained on the same data.

    Parameters
    ----------
    model
        Name of the bundle, the digest of its content.
    data
        What it was trained on, as in `RunRecord.features`.
    """
    return dict(zip(IDENTITY, (model, frame_digest(data)), strict=True))


def frame_digest(frame: pd.DataFrame) -> str:
    """Digest of a frame's column names, index and values.

    MLflow's own looks at the first 10,000 rows, leaves dates out, and takes half a second for it.
    """
    digest = hashlib.sha256("\0".join(map(str, frame.columns)).encode())
    digest.update(pd.util.hash_pandas_object(frame, index=True).to_numpy().tobytes())
    return digest.hexdigest()[:_DIGEST_LENGTH]


def _leaves(
    value: Any, path: tuple[str, ...] = (), *, lists: bool = False
) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, str(key)), lists=lists)
    elif lists and isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from _leaves(inner, (*path, str(place)), lists=lists)
    else:
        yield path, value


def _point(path: tuple[str, ...], value: Any) -> Point:
    number = float(value) if isinstance(value, int | float) else np.nan
    if _BY_YEAR in path[:-1]:
        year = path.index(_BY_YEAR) + 1
        return Point(_name(path[:year] + path[year + 1 :], "/"), number, int(path[year]))
    return Point(_name(path, "/"), number, 0)


def _name(path: tuple[str, ...], separator: str) -> str:
    return _NOT_IN_A_NAME.sub("_", separator.join(path))


def _fitting(text: str) -> str:
    if len(text) <= LONGEST_VALUE:
        return text
    ending = f"… sha256 {_digest(text)}"
    return text[: LONGEST_VALUE - len(ending)] + ending


def _json(value: Any) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_LENGTH]
