"""Refits of made-up data as a process of its own, in two local ones or on a dask scheduler."""

import hashlib
import os
import signal
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from benchmarks.growth import made_up
from models.forecasting.outlook_model import ModelSpec
from models.forecasting.problem import Problem
from models.scenarios import SCENARIOS, Window
from models.walk_forward import expanding_folds
from pipeline import params
from pipeline.params import Compute
from pipeline.training.problems import forecast_folds

_AHEAD = Window("ahead", back=0, ahead=10)


@dataclass(frozen=True)
class Refits:
    """How much is fitted: sessions, features, and refits over the sessions' second half."""

    sessions: int
    features: int
    refits: int

    def __str__(self) -> str:
        return f"{self.refits:,} refits, {self.sessions:,} sessions, {self.features} features"

    def problem(self) -> Problem:
        """Features of noise, outcomes that hang on the first of them, and one cheap model."""
        sessions = pd.bdate_range("1700-01-03", periods=self.sessions, name="session")
        features, outcomes = (made.set_axis(sessions) for made in made_up(*self._shape))
        ends = pd.Series(sessions[_AHEAD.ahead :], index=sessions[: -_AHEAD.ahead])
        problem = Problem(
            window=_AHEAD,
            specs=[ModelSpec("logit", tuple(features.columns))],
            members=[],
            features=features,
            outcomes=outcomes.assign(label_end=ends),
            folds=(),
            embargo=_AHEAD.length,
            floor=0.002,
        )
        first = self.sessions - self.refits * self._refit_every
        folds = expanding_folds(
            sessions,
            ends,
            first_test=sessions[first],
            refit_every=self._refit_every,
            embargo=problem.embargo,
            min_train=1,
        )
        return replace(problem, folds=folds)

    @property
    def _shape(self) -> tuple[int, int]:
        return self.sessions, self.features

    @property
    def _refit_every(self) -> int:
        return max(self.sessions // 2 // self.refits, 1)


def main(
    size: tuple[int, int, int],
    output: Path,
    scheduler: Annotated[str | None, typer.Option()] = None,
    victim: Annotated[int | None, typer.Option(help="Process to kill halfway.")] = None,
) -> None:
    """Write the digest of the forecasts to a file."""
    refits = Refits(*size)
    backend = "local" if scheduler is None else "dask"
    compute = Compute.model_validate(
        {"backend": backend, "workers": 2, "scheduler": scheduler}, strict=True
    )
    settings = params.load().model_copy(update={"compute": compute})
    digest = hashlib.sha256()
    for number, fold in enumerate(forecast_folds([refits.problem()], settings)):
        digest.update(fold[list(SCENARIOS)].to_numpy().tobytes())
        if victim is not None and number == refits.refits // 2:
            os.kill(victim, signal.SIGKILL)
    output.write_text(digest.hexdigest(), encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
