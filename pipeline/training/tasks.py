"""What is fitted and forecast: a task a window, with its models, inputs, folds and outcomes."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import pandas as pd

from models.outlook import known
from models.outlook_model import ModelSpec
from models.scenarios import Window
from models.training import forecast_fold, outcomes_of
from models.walk_forward import Fold, expanding_folds
from pipeline.base.errors import ConfigurationError
from pipeline.compute.jobs import side_by_side
from pipeline.params import Outlook, Params, WalkForward
from pipeline.storage import store


@dataclass(frozen=True)
class Task:
    """Everything that one window's forecasts are made from."""

    window: Window
    specs: list[ModelSpec]
    members: list[str]
    features: pd.DataFrame
    outcomes: pd.DataFrame
    folds: list[Fold]
    embargo: int

    def forecast(self, fold: Fold, least: float) -> pd.DataFrame:
        """Forecasts of one refit; see `models.training.forecast_fold`."""
        return forecast_fold(
            self.specs,
            self.members,
            self.window,
            self.features,
            self.outcomes,
            fold,
            least=least,
        )


def read_inputs() -> pd.DataFrame:
    """Features and filtered state posteriors, one row a session."""
    states = store.read_sessions(store.STATES)
    return store.read_sessions(store.FEATURES).join(states.filter(regex=r"^state_\d+$"))


def make_tasks(settings: Params, features: pd.DataFrame, labels: pd.DataFrame) -> Iterator[Task]:
    """One task a window.

    Raises
    ------
    ConfigurationError
        When a model or input is unknown, or the walk-forward cannot start where it should.
    """
    for window in settings.scenarios.window_list():
        specs = model_specs(settings, window, features)
        outcomes = outcomes_of(labels, window).reindex(features.index)
        embargo = settings.walk_forward.embargo(window)
        folds = _folds(settings.walk_forward, features, outcomes, embargo)
        members = _members(settings.outlook, window, specs)
        yield Task(window, specs, members, features, outcomes, folds, embargo)


def model_specs(settings: Params, window: Window, features: pd.DataFrame) -> list[ModelSpec]:
    """Models that apply to a window, each with the inputs that ``params.yaml`` gives it."""
    kinds = known()
    return [
        _spec(name, window, settings, features)
        for name in settings.outlook.models
        if name not in kinds or kinds[name].applies(window)
    ]


def walk_forward(tasks: list[Task], settings: Params) -> pd.DataFrame:
    """Forecasts of every fold of every window."""
    return pd.concat(forecast_folds(tasks, settings), ignore_index=True)


def forecast_folds(tasks: list[Task], settings: Params) -> Iterator[pd.DataFrame]:
    """Forecast every fold of every window, side by side; yields one frame a fold, in order."""
    jobs = [(place, fold) for place, task in enumerate(tasks) for fold in task.folds]
    without_folds = [replace(task, folds=[]) for task in tasks]
    try:
        yield from side_by_side(
            _forecast, jobs, (without_folds, settings.outlook.floor), settings.compute
        )
    except ValueError as error:
        raise ConfigurationError(f"params.yaml: outlook: {error}") from error


def _forecast(tasks: list[Task], least: float, place: int, fold: Fold) -> pd.DataFrame:
    return tasks[place].forecast(fold, least)


def _spec(name: str, window: Window, settings: Params, features: pd.DataFrame) -> ModelSpec:
    declared = dict(settings.outlook.models[name])
    inputs = _inputs(name, declared.pop("inputs", None), window, settings.outlook, features)
    spec = ModelSpec(name, inputs, _thresholds(name, settings) | declared)
    try:
        spec.build(window)
    except (TypeError, ValueError) as error:
        raise ConfigurationError(f"params.yaml: outlook.models: {error}") from None
    return spec


def _thresholds(name: str, settings: Params) -> dict[str, float]:
    """The ruler's thresholds, for a model that cuts the composite as the ruler does."""
    taken = {field.name for field in fields(known()[name])} if name in known() else set()
    return {
        threshold: getattr(settings.scenarios, threshold)
        for threshold in ("tightening_above", "reflation_below")
        if threshold in taken
    }


def _inputs(
    name: str, wanted: object, window: Window, outlook: Outlook, features: pd.DataFrame
) -> tuple[str, ...]:
    """Columns that a model's ``inputs`` names: a list of ``outlook.inputs``, or its own default."""
    if not wanted:
        return ()
    if wanted not in outlook.inputs:
        raise ConfigurationError(
            f"params.yaml: outlook.models.{name}.inputs is {wanted!r}, but outlook.inputs has only "
            f"{', '.join(outlook.inputs)}"
        )
    columns = tuple(outlook.inputs[str(wanted)].get(window.name, ()))
    unknown = [column for column in columns if column not in features]
    if unknown or not columns:
        raise ConfigurationError(
            f"params.yaml: outlook.inputs.{wanted}.{window.name} names "
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


def _folds(
    settings: WalkForward, features: pd.DataFrame, outcomes: pd.DataFrame, embargo: int
) -> list[Fold]:
    try:
        return expanding_folds(
            pd.DatetimeIndex(features.index),
            outcomes["label_end"],
            first_test=settings.first_test,
            last_test=settings.last_test,
            refit_every=settings.refit_every,
            embargo=embargo,
            min_train=settings.min_train,
        )
    except ValueError as error:
        raise ConfigurationError(f"params.yaml: walk_forward: {error}") from None
