"""Search for better settings inside the training span; every trial is a run of its own."""

import os
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import optuna
import pandas as pd

from models.evaluation import evaluate
from models.outlook_model import POOL
from pipeline import params, store
from pipeline.errors import ConfigurationError
from pipeline.outlook import make_tasks, read_inputs, walk_forward
from pipeline.params import Choice, Params, Range
from pipeline.provenance import run_tags
from pipeline.tracking import mlflow_store
from pipeline.tracking.address import check_reachable, tracking_uri
from pipeline.tracking.record import RunRecord

STUDY = Path("data/tune/optuna.db")
_TUNABLE = ("outlook.", "walk_forward.embargo_windows", "walk_forward.refit_every")


@dataclass(frozen=True)
class Trial:
    """One configuration that was tried: its settings, and the pool's skill as a fraction."""

    number: int
    settings: Mapping[str, Any]
    skill: float


def search(document: Mapping[str, Any], trials: int, report: Callable[[Trial], None]) -> None:
    """Try configurations until ``trials`` have been tried in all, earlier sessions' included.

    Parameters
    ----------
    document
        Content of ``params.yaml``; section ``tune`` declares what varies and on which span.
    trials
        How many configurations the study should hold in the end.
    report
        Told of each new one as it is done.

    Raises
    ------
    ConfigurationError
        When the tuning span reaches into the test span, or a name cannot be tuned.
    """
    settings = params.parse(document)
    _check(settings)
    uri = tracking_uri(settings.tracking.uri)
    check_reachable(uri)
    inputs, labels = read_inputs(), store.read_parquet(store.SCENARIOS)

    def attempt(asked: optuna.Trial) -> float:
        chosen = {name: _suggest(asked, name, kind) for name, kind in settings.tune.space.items()}
        tried = changed(document, chosen)
        metrics = _score(params.parse(tried), inputs, labels)
        record = _record(tried, metrics, inputs, settings, asked.number)
        mlflow_store.log_run(record, uri, f"{settings.tracking.experiment}-tune")
        skill = float(metrics[settings.tune.window][POOL]["log_loss_skill"])
        report(Trial(asked.number, chosen, skill))
        return skill

    study = _study(settings)
    done = len(study.get_trials(states=[optuna.trial.TrialState.COMPLETE]))
    if done < trials:
        study.optimize(attempt, n_trials=trials - done)


def best(document: Mapping[str, Any]) -> Trial:
    """The best configuration tried so far."""
    found = _study(params.parse(document)).best_trial
    return Trial(found.number, found.params, float(found.value or 0.0))


def changed(document: Mapping[str, Any], chosen: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the parameters with ``section.name`` entries replaced."""
    copy = deepcopy(dict(document))
    for name, value in chosen.items():
        *sections, key = name.split(".")
        inner = copy
        for section in sections:
            inner = inner.setdefault(section, {})
        inner[key] = value
    return copy


def _check(settings: Params) -> None:
    window = settings.scenarios.windows[settings.tune.window]
    gap = pd.offsets.BDay(window.back + 2 * window.ahead)
    last, first_test = settings.tune.last_test, settings.walk_forward.first_test
    if pd.Timestamp(last) + gap >= pd.Timestamp(first_test):
        raise ConfigurationError(
            f"params.yaml: tune.last_test is {last}, but the test span begins on {first_test}; "
            "end the tuning span earlier, or the test is spent"
        )
    for name in settings.tune.space:
        if not name.startswith(_TUNABLE):
            raise ConfigurationError(
                f"params.yaml: tune.space names {name}, but only {', '.join(_TUNABLE)} can be "
                "tuned without making features and states anew; use `dvc exp run -S` for others"
            )


def _score(settings: Params, inputs: pd.DataFrame, labels: pd.DataFrame) -> dict[str, Any]:
    tuned = settings.tune
    span = settings.walk_forward.model_copy(
        update={"first_test": tuned.first_test, "last_test": tuned.last_test}
    )
    inside = settings.model_copy(update={"walk_forward": span})
    tasks = [t for t in make_tasks(inside, inputs, labels) if t.window.name == tuned.window]
    windows = [task.window for task in tasks]
    return evaluate(walk_forward(tasks, inside), labels, windows, settings.evaluation)


def _study(settings: Params) -> optuna.Study:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    space = settings.tune.space
    grid = {name: list(kind.values) for name, kind in space.items() if isinstance(kind, Choice)}
    sampler: optuna.samplers.BaseSampler = (
        optuna.samplers.GridSampler(grid, seed=settings.tune.seed)
        if len(grid) == len(space)
        else optuna.samplers.TPESampler(seed=settings.tune.seed)
    )
    STUDY.parent.mkdir(parents=True, exist_ok=True)
    return optuna.create_study(
        storage=f"sqlite:///{STUDY}",
        study_name=sha256(settings.tune.model_dump_json().encode()).hexdigest()[:12],
        direction="maximize",
        sampler=sampler,
        load_if_exists=True,
    )


def _suggest(asked: optuna.Trial, name: str, kind: Choice | Range) -> Any:
    if isinstance(kind, Choice):
        return asked.suggest_categorical(name, kind.values)
    if isinstance(kind.low, int) and isinstance(kind.high, int):
        return asked.suggest_int(name, kind.low, kind.high, log=kind.log)
    return asked.suggest_float(name, float(kind.low), float(kind.high), log=kind.log)


def _record(
    tried: dict[str, Any],
    metrics: dict[str, Any],
    inputs: pd.DataFrame,
    settings: Params,
    number: int,
) -> RunRecord:
    return RunRecord(
        name=os.environ.get("DVC_EXP_NAME") or f"trial {number}",
        params=tried,
        metrics=metrics,
        features=inputs,
        features_source=str(store.FEATURES),
        artifacts=[],
        tags=run_tags(
            source=settings.data.source,
            as_of=f"{inputs.index[-1]:%Y-%m-%d}",
            simulated=settings.data.simulated,
        ),
    )
