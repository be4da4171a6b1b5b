"""Refits of the states that an earlier run made of the same rows, so that only new ones are fitted.

Those climb from their cold starts side by side, ahead of their turn, for no fit before bears on it.

As a forecast in `fold_cache`, a refit is found by the content of all that it rests on: every
session so far, the settings, the files of its code, the versions of the packages, and the
processor. The fit that it goes on from rests on nothing else. With the cache or without, the
states are the same.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from models.bundle import write_bundle
from models.states.refit import Refit, refit
from models.states.schedule import from_first_observed, past, spans
from models.states.settings import StatesSettings
from models.states.tracking import CausalFilter
from pipeline.compute.jobs import ALONE, side_by_side
from pipeline.params import Compute
from pipeline.storage import store
from pipeline.training.code_digest import code_digest
from pipeline.training.kept import digest, read_kept, surroundings

if TYPE_CHECKING:  # hmmlearn takes a second to import
    from models.states.candidates import Candidate

FEW = 4
"""Refits whose starts are climbed from in this process: workers are not up any sooner."""

MOST = 300
"""Refits that are kept: about four runs."""


class StatesCache:
    """Refits by key; those that this run asks for are kept before older ones.

    Parameters
    ----------
    folder
        Where they lie: no stage's output, and free to be removed at any time.
    """

    def __init__(self, folder: Path = store.STATES_CACHE) -> None:
        self._folder = folder
        self._older = read_kept(folder, lambda content: dict(content["refits"]))
        self._used: dict[str, dict[str, Any]] = {}
        self._common = digest(surroundings(), code_digest(refit.__module__).encode())
        self._cold: Iterator[tuple[Candidate, ...]] = iter(())
        self.fitted = 0

    def begin(self, observations: pd.DataFrame, settings: StatesSettings, compute: Compute) -> None:
        """Have cold starts climb for every refit of a walk-forward that is not kept.

        Parameters
        ----------
        observations, settings
            As `models.states.schedule.walk_forward` gets them next, with `refit`.
        compute
            Where the starts climb.
        """
        rows = from_first_observed(observations, settings)
        jobs = [
            (end, settings.starts if number else settings.first_starts)
            for number, (end, _) in enumerate(spans(rows, settings))
            if self._key(past(rows, end), settings) not in self._older
        ]
        where = compute if len(jobs) > FEW else ALONE
        self._cold = side_by_side(_climb_cold, jobs, (rows, settings), where)

    def refit(
        self, past: pd.DataFrame, settings: StatesSettings, previous: CausalFilter | None
    ) -> Refit:
        """As `models.states.refit.refit`, from an earlier run where one made the same."""
        key = self._key(past, settings)
        if key in self._older:
            self._used[key] = kept = self._older[key]
            return Refit.restore(kept["refit"], kept["posterior"], past.index[-1])
        made = refit(past, settings, previous, next(self._cold, None))
        self._used[key] = {"refit": made.fitted_state(), "posterior": made.posterior}
        self.fitted += 1
        return made

    def write(self) -> None:
        """Keep the refits for the next run."""
        kept = dict(list((self._used | self._older).items())[:MOST])
        self._folder.mkdir(parents=True, exist_ok=True)
        write_bundle({"refits": kept}, self._folder)

    def _key(self, past: pd.DataFrame, settings: StatesSettings) -> str:
        sessions = pd.DatetimeIndex(past.index)
        told = repr([settings, list(past.columns), str(sessions.dtype)]).encode()
        values = np.ascontiguousarray(past.to_numpy(dtype=float))
        return digest(self._common, told, sessions.asi8.tobytes(), values.tobytes()).hex()


def _climb_cold(
    rows: pd.DataFrame, settings: StatesSettings, end: int, count: int
) -> "tuple[Candidate, ...]":
    # Here and not above: who finds every refit kept needs no hmmlearn.
    from models.states.fitting import climb_cold  # noqa: PLC0415

    return climb_cold(past(rows, end), settings, count)
