"""Search for better settings inside the training span; every trial is a run of its own."""

import os
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pandas as pd
from optuna import Study

from models.evaluation.evaluate import evaluate
from models.evaluation.headline import headline
from models.forecasting.pool import POOL
from pipeline import params
from pipeline.base.errors import ConfigurationError
from pipeline.compute.jobs import ALONE, check, side_by_side
from pipeline.params import Params
from pipeline.storage import store
from pipeline.tracking import mlflow_store
from pipeline.tracking.address import check_reachable, tracking_uri
from pipeline.tracking.provenance import run_tags
from pipeline.tracking.record import RunRecord, configuration_digest
from pipeline.training.problems import make_problems, read_inputs, walk_forward
from pipeline.tuning.study import due, open_study

_TUNABLE = ("outlook.", "walk_forward.embargo_windows", "walk_forward.refit_every")


@dataclass(frozen=True)
class Trial:
    """One configuration that was tried: its number from one, its settings, the pool's skill."""

    number: int
    settings: Mapping[str, Any]
    skill: float


def search(document: Mapping[str, Any], trials: int, report: Callable[[Trial], None]) -> float:
    """Try configurations until ``trials`` have been tried in all, earlier sessions' included.

    Today's parameters are scored on the same span first, and logged as the run ``reference``:
    what they reach elsewhere says nothing of what a trial has gained.

    Parameters
    ----------
    document
        Content of ``params.yaml``; section ``tune`` declares what varies and on which span.
    trials
        How many configurations the study should hold in the end.
    report
        Told of each new one as it is done.

    Returns
    -------
    float
        Skill of today's parameters on the tuning span, as a fraction.

    Raises
    ------
    ConfigurationError
        When the tuning span reaches into the test span, or a name cannot be tuned.
    """
    settings = params.parse(document)
    _check(settings)
    check_reachable(tracking_uri(settings.tracking.uri), _experiment(settings))
    check(settings.compute)
    inputs, labels = read_inputs(), store.read_labels()
    study = open_study(_name(settings))
    reference = _reference(study, document, (inputs, labels), settings)
    while batch := due(study, settings.tune, trials):
        tried = [(changed(document, trial.params),) for trial in batch]
        scores = side_by_side(_score, tried, (inputs, labels), settings.compute)
        for trial, (configuration,), metrics in zip(batch, tried, scores, strict=True):
            number = trial.number + 1
            _log(f"trial {number}", configuration, metrics, inputs)
            skill = _skill(metrics, settings)
            study.tell(trial.number, skill)
            report(Trial(number, trial.params, skill))
    return reference


def best(document: Mapping[str, Any]) -> Trial:
    """The best configuration tried so far."""
    found = open_study(_name(params.parse(document))).best_trial
    return Trial(found.number + 1, found.params, float(found.value or 0.0))


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


def _name(settings: Params) -> str:
    """A search's name: what it varies and how, so that another search begins anew."""
    return sha256(settings.tune.model_dump_json().encode()).hexdigest()[:12]


def _score(inputs: pd.DataFrame, labels: pd.DataFrame, document: dict[str, Any]) -> dict[str, Any]:
    """Metrics of one configuration on the tuning span; its refits run one after the other."""
    settings = params.parse(document)
    tuned = settings.tune
    span = settings.walk_forward.model_copy(
        update={"first_test": tuned.first_test, "last_test": tuned.last_test}
    )
    inside = settings.model_copy(update={"walk_forward": span, "compute": ALONE})
    problems = [p for p in make_problems(inside, inputs, labels) if p.window.name == tuned.window]
    windows = [problem.window for problem in problems]
    forecasts = walk_forward(problems, inside)
    return evaluate(forecasts, labels, windows, inside.evaluation, inside.walk_forward.embargo)


def _reference(
    study: Study,
    document: Mapping[str, Any],
    data: tuple[pd.DataFrame, pd.DataFrame],
    settings: Params,
) -> float:
    """Skill of today's parameters, which the study remembers."""
    noted = f"reference {configuration_digest(document)}"
    if noted not in study.user_attrs:
        (metrics,) = side_by_side(_score, [(dict(document),)], data, settings.compute)
        _log("reference", document, metrics, data[0])
        study.set_user_attr(noted, _skill(metrics, settings))
    return float(study.user_attrs[noted])


def _skill(metrics: Mapping[str, Any], settings: Params) -> float:
    return float(metrics[settings.tune.window][POOL]["log_loss_skill"])


def _log(
    name: str, tried: Mapping[str, Any], metrics: Mapping[str, Any], inputs: pd.DataFrame
) -> None:
    settings = params.parse(tried)
    record = RunRecord(
        name=os.environ.get("DVC_EXP_NAME") or name,
        params=tried,
        metrics=headline(metrics, POOL),
        features=inputs,
        features_source=str(store.FEATURES),
        artifacts=[],
        tags=run_tags(
            source=settings.data.source,
            as_of=f"{inputs.index[-1]:%Y-%m-%d}",
            simulated=settings.data.simulated,
        ),
    )
    uri = tracking_uri(settings.tracking.uri)
    mlflow_store.log_run(record, uri, _experiment(settings))


def _experiment(settings: Params) -> str:
    return f"{settings.tracking.experiment}-tune"
