"""Forecasts of folds that nothing has changed since an earlier run, so that only others are fitted.

A forecast is found by the content of all that it rests on: the rows that the fit and the forecast
see, the model with its settings, the files of its code, the versions of the packages, and the
processor, whose instructions steer last bits. Whatever differs, the model is fitted again; with
the cache or without, forecasts are the same. Whoever proves something does not ask here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.bundle import write_bundle
from models.forecasting.outlook_model import ModelSpec
from models.forecasting.problem import Problem
from models.scenarios import SCENARIOS, Proba
from models.walk_forward import Fold
from pipeline.storage import store
from pipeline.training.code_digest import code_digest
from pipeline.training.kept import digest, read_kept, surroundings

MOST = 20_000
"""Forecasts that are kept, one a model and fold: about five runs, 15 MB."""


class FoldCache:
    """Forecasts by key; those that this run asks for are kept before older ones.

    Parameters
    ----------
    folder
        Where they lie: no stage's output, and free to be removed at any time. What cannot be read,
        or is not what was written, counts as removed.
    """

    def __init__(self, folder: Path = store.FOLD_CACHE) -> None:
        self._folder = folder
        self._older = read_kept(folder, _parsed)
        self._used: dict[str, Proba] = {}
        self._keys: dict[tuple[str, int], dict[str, str]] = {}

    def missing(self, problems: Sequence[Problem]) -> list[Problem]:
        """What is to be fitted: problems of the models and folds whose forecasts are not here."""
        return [part for problem in problems for part in self._parts(problem)]

    def add(self, problem: Problem, fold: Fold, forecasts: pd.DataFrame) -> None:
        """Take in what a problem from `missing` gave for a fold."""
        values = forecasts[list(SCENARIOS)].to_numpy()
        keys = self._keys[problem.window.name, fold.number]
        for spec, proba in zip(problem.specs, np.split(values, len(problem.specs)), strict=True):
            self._used[keys[spec.name]] = proba

    def forecasts(self, problems: Sequence[Problem]) -> pd.DataFrame:
        """Forecasts of every fold of every window, once `add` has had all that was missing."""
        return pd.concat(
            [self._joined(problem, fold) for problem in problems for fold in problem.folds],
            ignore_index=True,
        )

    def write(self) -> None:
        """Keep the forecasts for the next run."""
        kept = list((self._used | self._older).items())[:MOST]
        if not kept:
            return
        content = {
            "keys": [key for key, _ in kept],
            "rows": np.array([len(proba) for _, proba in kept]),
            "probas": np.concatenate([proba for _, proba in kept]),
        }
        self._folder.mkdir(parents=True, exist_ok=True)
        write_bundle(content, self._folder)

    def _parts(self, problem: Problem) -> Iterable[Problem]:
        """The problem cut into parts, each of the folds that lack the same models."""
        rows = _Rows.of(problem)
        parts: dict[tuple[str, ...], list[Fold]] = {}
        for fold in problem.folds:
            keys = rows.keys(problem, fold)
            self._keys[problem.window.name, fold.number] = keys
            found = {key: self._older[key] for key in keys.values() if key in self._older}
            self._used |= found
            lacking = tuple(name for name, key in keys.items() if key not in found)
            parts.setdefault(lacking, []).append(fold)
        return [
            replace(
                problem,
                specs=[spec for spec in problem.specs if spec.name in names],
                members=(),
                folds=folds,
            )
            for names, folds in parts.items()
            if names
        ]

    def _joined(self, problem: Problem, fold: Fold) -> pd.DataFrame:
        keys = self._keys[problem.window.name, fold.number]
        return problem.joined({name: self._used[key] for name, key in keys.items()}, fold)


@dataclass(frozen=True, eq=False)
class _Rows:
    """Digests of each session's features and outcomes, shape (n, 32) each, and of what is common.

    A fold's key is made of its rows' digests: to hash every fold's rows themselves would take
    longer than to fit some models.
    """

    features: NDArray[np.uint8]
    outcomes: NDArray[np.uint8]
    common: bytes

    @classmethod
    def of(cls, problem: Problem) -> "_Rows":
        outcomes = problem.outcomes.assign(label_end=problem.outcomes["label_end"].astype("int64"))
        columns = [list(frame.dtypes.astype(str).items()) for frame in (problem.features, outcomes)]
        return cls(
            features=_row_digests(problem.features),
            outcomes=_row_digests(outcomes),
            common=digest(surroundings(), repr([columns, problem.floor]).encode()),
        )

    def keys(self, problem: Problem, fold: Fold) -> dict[str, str]:
        """Key of each model's forecast of a fold."""
        learned = digest(self.features[fold.train].tobytes(), self.outcomes[fold.train].tobytes())
        return {spec.name: self._key(problem, spec, fold, learned) for spec in problem.specs}

    def _key(self, problem: Problem, spec: ModelSpec, fold: Fold, learned: bytes) -> str:
        model = spec.build(problem.window)
        asked = self.features[problem.asked_positions(fold, model.context)]
        own = repr([model, len(fold.test), code_digest(type(model).__module__)])
        return digest(self.common, learned, asked.tobytes(), own.encode()).hex()


def _row_digests(frame: pd.DataFrame) -> NDArray[np.uint8]:
    """Digest of each session and its numbers, shape (n, 32)."""
    sessions = pd.DatetimeIndex(frame.index).asi8
    values = np.ascontiguousarray(frame.to_numpy(dtype=float))
    made = [digest(day.tobytes(), row.tobytes()) for day, row in zip(sessions, values, strict=True)]
    return np.frombuffer(b"".join(made), dtype=np.uint8).reshape(len(frame), -1)


def _parsed(content: dict[str, Any]) -> dict[str, Proba]:
    cuts = np.cumsum(content["rows"])[:-1]
    return dict(zip(content["keys"], np.split(content["probas"], cuts), strict=True))
