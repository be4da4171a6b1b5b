"""Refits of the states that an earlier run made of the same rows, so that only new ones are fitted.

As a forecast in `fold_cache`, a refit is found by the content of all that it rests on: every
session so far, the settings, the files of its code, the versions of the packages, and the
processor. The fit that it goes on from rests on nothing else. With the cache or without, the
states are the same.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from models.bundle import write_bundle
from models.states.refit import Refit, refit
from models.states.settings import StatesSettings
from models.states.tracking import CausalFilter
from pipeline.storage import store
from pipeline.training.code_digest import code_digest
from pipeline.training.kept import digest, read_kept, surroundings

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
        self.fitted = 0

    def refit(
        self, past: pd.DataFrame, settings: StatesSettings, previous: CausalFilter | None
    ) -> Refit:
        """As `models.states.refit.refit`, from an earlier run where one made the same."""
        key = self._key(past, settings)
        if key in self._older:
            self._used[key] = kept = self._older[key]
            return Refit.restore(kept["refit"], kept["posterior"], past.index[-1])
        made = refit(past, settings, previous)
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
