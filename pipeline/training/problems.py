"""What is fitted and forecast: a problem a window, with its models, inputs, folds and outcomes."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import Any

import pandas as pd

from models.forecasting.forecaster import registered
from models.forecasting.outlook_model import ModelSpec
from models.forecasting.problem import Problem, outcomes_of
from models.scenarios import Window
from models.states.inputs import STATE, as_inputs
from models.walk_forward import Fold, expanding_folds
from pipeline.base.errors import ConfigurationError
from pipeline.compute.jobs import side_by_side
from pipeline.params import Compute, Outlook, Params, WalkForward
from pipeline.storage import store

DEFAULT = "default"
"""Name of the inputs that serve every window without a list of its own."""

STATES = "states"
"""Name of the inputs that are every column of the hidden Markov model's states."""


def read_inputs() -> pd.DataFrame:
    """Features and what the states say, one row a session."""
    return store.read_sessions(store.FEATURES).join(as_inputs(store.read_sessions(store.STATES)))


def make_problems(
    settings: Params, features: pd.DataFrame, labels: pd.DataFrame
) -> Iterator[Problem]:
    """One problem a window, with the folds of the walk-forward.

    Raises
    ------
    ConfigurationError
        When a model or input is unknown, or the walk-forward cannot start where it should.
    """
    for window in settings.scenarios.window_list():
        problem = make_problem(settings, window, features, labels)
        yield replace(problem, folds=_folds(settings.walk_forward, problem))


def make_problem(
    settings: Params, window: Window, features: pd.DataFrame, labels: pd.DataFrame
) -> Problem:
    """One window's problem without folds, as the final fit needs it.

    Raises
    ------
    ConfigurationError
        When a model or input is unknown.
    """
    specs = _specs(settings, window, features)
    return Problem(
        window=window,
        specs=specs,
        members=_members(settings.outlook, window, specs),
        features=features,
        outcomes=outcomes_of(labels, window).reindex(features.index),
        folds=(),
        embargo=settings.walk_forward.embargo(window),
        floor=settings.outlook.floor,
    )


def walk_forward(problems: Sequence[Problem], settings: Params) -> pd.DataFrame:
    """Forecasts of every fold of every window."""
    return pd.concat(forecast_folds(problems, settings), ignore_index=True)


def forecast_folds(problems: Sequence[Problem], settings: Params) -> Iterator[pd.DataFrame]:
    """Forecast every fold of every window, side by side; yields one frame a fold, in order."""
    jobs = [(place, fold) for place, problem in enumerate(problems) for fold in problem.folds]
    try:
        yield from side_by_side(_forecast, jobs, (_without_folds(problems),), settings.compute)
    except ValueError as error:
        raise ConfigurationError(f"params.yaml: outlook: {error}") from error


def final_states(problems: Sequence[Problem], compute: Compute) -> Iterator[dict[str, Any]]:
    """The ``fitted_state`` of each problem's final fit, side by side, in order."""
    jobs = [(place,) for place in range(len(problems))]
    return side_by_side(_final_state, jobs, (_without_folds(problems),), compute)


def _without_folds(problems: Sequence[Problem]) -> list[Problem]:
    """The problems as they travel to the workers: a job brings the fold that it is about."""
    return [replace(problem, folds=()) for problem in problems]


def _forecast(problems: Sequence[Problem], place: int, fold: Fold) -> pd.DataFrame:
    return problems[place].forecast(fold)


def _final_state(problems: Sequence[Problem], place: int) -> dict[str, Any]:
    return problems[place].fit().fitted_state()


def _specs(settings: Params, window: Window, features: pd.DataFrame) -> list[ModelSpec]:
    """Models that apply to a window, each with the inputs that ``params.yaml`` gives it.

    The baseline to beat is among them, listed or not: without it no score could be compared.
    """
    kinds = registered()
    baseline = settings.evaluation.baselines.get(window.name)
    names = dict.fromkeys([*settings.outlook.models, *([baseline] if baseline else [])])
    return [
        _spec(name, window, settings, features)
        for name in names
        if name not in kinds or kinds[name].applies(window)
    ]


def _spec(name: str, window: Window, settings: Params, features: pd.DataFrame) -> ModelSpec:
    declared = dict(settings.outlook.models.get(name, {}))
    inputs = _inputs(name, declared.pop("inputs", None), window, settings, features)
    spec = ModelSpec(name, inputs, _thresholds(name, settings) | declared)
    try:
        spec.build(window)
    except (TypeError, ValueError) as error:
        raise ConfigurationError(f"params.yaml: outlook.models: {error}") from None
    return spec


def _thresholds(name: str, settings: Params) -> dict[str, float]:
    """The labels' thresholds, for a model that cuts the composite as the labels do."""
    kind = registered().get(name)
    taken = {field.name for field in fields(kind)} if kind else set()
    return {
        threshold: getattr(settings.scenarios, threshold)
        for threshold in ("tightening_above", "reflation_below")
        if threshold in taken
    }


def _inputs(
    name: str, wanted: object, window: Window, settings: Params, features: pd.DataFrame
) -> tuple[str, ...]:
    """Columns that a model's ``inputs`` names: lists of ``outlook.inputs``, or its own default."""
    if not wanted:
        return ()
    lists = wanted if isinstance(wanted, list) else [wanted]
    columns = [_listed(name, each, window, settings, features) for each in lists]
    return tuple(dict.fromkeys(column for each in columns for column in each))


def _listed(
    name: str, wanted: object, window: Window, settings: Params, features: pd.DataFrame
) -> tuple[str, ...]:
    outlook = settings.outlook
    if wanted == STATES:
        return tuple(str(column) for column in features if str(column).startswith(STATE))
    if wanted not in outlook.inputs:
        raise ConfigurationError(
            f"params.yaml: outlook.models.{name}.inputs is {wanted!r}, but outlook.inputs has only "
            f"{', '.join(outlook.inputs)}, and {STATES} are always there"
        )
    lists = outlook.inputs[str(wanted)]
    stray = sorted(lists.keys() - settings.scenarios.windows.keys() - {DEFAULT})
    if stray:
        raise ConfigurationError(
            f"params.yaml: outlook.inputs.{wanted} has a list for {', '.join(stray)}, which is no "
            f"window of scenarios.windows; write one of these or {DEFAULT}"
        )
    chosen = window.name if window.name in lists else DEFAULT
    columns = tuple(lists.get(chosen, ()))
    unknown = [column for column in columns if column not in features]
    if unknown or not columns:
        raise ConfigurationError(
            f"params.yaml: outlook.inputs.{wanted}.{chosen} names "
            f"{', '.join(unknown) or 'nothing'}; name features that `undertow features` lists"
        )
    return columns


def _members(outlook: Outlook, window: Window, specs: list[ModelSpec]) -> list[str]:
    members = outlook.pool.get(window.name, [])
    absent = sorted(set(members) - {spec.name for spec in specs})
    if absent or not members:
        raise ConfigurationError(
            f"params.yaml: outlook.pool.{window.name} names {', '.join(absent) or 'no model'}; "
            "name models of outlook.models that apply to this window"
        )
    return members


def _folds(settings: WalkForward, problem: Problem) -> list[Fold]:
    try:
        return expanding_folds(
            pd.DatetimeIndex(problem.features.index),
            problem.outcomes["label_end"],
            first_test=settings.first_test,
            last_test=settings.last_test,
            refit_every=settings.refit_every,
            embargo=problem.embargo,
            min_train=settings.min_train,
        )
    except ValueError as error:
        raise ConfigurationError(f"params.yaml: walk_forward: {error}") from None
