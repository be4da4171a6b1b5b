"""The study of a search: which configurations come next, wherever they are computed.

Trials are chosen ``tune.batch_size`` at a time, each from the seed, its place and the results of
the batches before. They are stored as running before any is computed; those that a killed search
leaves so are computed by the next one.
"""

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState, create_trial
from sqlalchemy.pool import NullPool

from pipeline.settings.tune import Choice, Range, Tune

STUDY = Path("data/tune/optuna.db")
_DIRECTION = StudyDirection.MAXIMIZE


def open_study(name: str) -> optuna.Study:
    """A search's trials so far; none when it is new."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    STUDY.parent.mkdir(parents=True, exist_ok=True)
    # Optuna closes no pool; without one, each connection is closed after its use.
    storage = optuna.storages.RDBStorage(
        f"sqlite:///{STUDY}", engine_kwargs={"poolclass": NullPool}
    )
    return optuna.create_study(
        storage=storage, study_name=name, direction=_DIRECTION, load_if_exists=True
    )


def due(study: optuna.Study, tune: Tune, wanted: int) -> list[FrozenTrial]:
    """The trials to compute next, of the first ``wanted``; none when all have been.

    Trials of a batch that ``wanted`` cuts short are chosen with it all the same and wait, so that
    a search for 6 and then for 8 tries what one for 8 tries.
    """
    grid = _grid(tune)
    wanted = wanted if grid is None else min(wanted, len(grid))
    while not (unscored := _unscored(study, wanted)) and len(study.trials) < wanted:
        _choose_batch(study, tune, grid)
    return unscored


def scored(study: optuna.Study) -> list[FrozenTrial]:
    """Trials that have a result, in the order in which they were chosen."""
    return study.get_trials(states=[TrialState.COMPLETE])


def _unscored(study: optuna.Study, wanted: int) -> list[FrozenTrial]:
    running = study.get_trials(states=[TrialState.RUNNING])
    return [trial for trial in running if trial.number < wanted]


def _choose_batch(study: optuna.Study, tune: Tune, grid: list[dict[str, Any]] | None) -> None:
    distributions = {name: _distribution(kind) for name, kind in tune.space.items()}
    known, place = scored(study), len(study.trials)
    last = place - place % tune.batch_size + tune.batch_size
    for number in range(place, last if grid is None else min(last, len(grid))):
        params = (
            _sampled(known, distributions, [tune.seed, number]) if grid is None else grid[number]
        )
        study.add_trial(
            create_trial(state=TrialState.RUNNING, params=params, distributions=distributions)
        )


def _sampled(
    known: list[FrozenTrial], distributions: dict[str, BaseDistribution], seed: list[int]
) -> dict[str, Any]:
    """What the sampler proposes after ``known``, in a study of its own: nothing else counts."""
    (number,) = np.random.SeedSequence(seed).generate_state(1)
    sampler = optuna.samplers.TPESampler(seed=int(number))
    study = optuna.create_study(direction=_DIRECTION, sampler=sampler)
    study.add_trials(known)
    return study.ask(distributions).params


def _grid(tune: Tune) -> list[dict[str, Any]] | None:
    """Every combination in an order of the seed's, when there are values alone."""
    values = [kind.values for kind in tune.space.values() if isinstance(kind, Choice)]
    if len(values) < len(tune.space):
        return None
    points = [dict(zip(tune.space, point, strict=True)) for point in product(*values)]
    return [points[place] for place in np.random.default_rng(tune.seed).permutation(len(points))]


def _distribution(kind: Choice | Range) -> BaseDistribution:
    if isinstance(kind, Choice):
        return CategoricalDistribution(kind.values)
    if isinstance(kind.low, int) and isinstance(kind.high, int):
        return IntDistribution(kind.low, kind.high, log=kind.log)
    return FloatDistribution(float(kind.low), float(kind.high), log=kind.log)
