"""Leaks that can be switched on: each makes the honest forecasts again with one mistake in them.

Nothing here may be published or learnt from. Writing a function under ``@leak`` is all there is to
adding one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
import pandas as pd

from features.registry import compute
from models.forecasting.fitted import every_scenario, scenario_codes
from models.forecasting.linear import fit_logit, location_and_spread, standardise
from models.forecasting.outlook_model import ModelSpec
from models.forecasting.problem import Problem
from models.outlook.logit import Logit
from models.outlook.states import States
from models.scenarios import Window
from models.states.leaks import full_sample, smoothed_history
from models.states.schedule import walk_forward
from models.walk_forward import Fold, expanding_folds
from pipeline.aligning.clock import Clock
from pipeline.aligning.panel import build_observed, build_panel
from pipeline.audit.counterfactuals import Market
from pipeline.catalogue import CATALOGUE
from pipeline.params import Params
from pipeline.series.kinds import SAME_EVENING

_CENTRED = 5


@dataclass(frozen=True)
class Honest:
    """What the honest forecasts are made from.

    Attributes
    ----------
    market
        Raw rows and sessions.
    panel, features
        As published, by session.
    problems
        One a window, as stage ``outlook`` makes them.
    """

    market: Market
    panel: pd.DataFrame
    features: pd.DataFrame
    problems: tuple[Problem, ...]
    settings: Params


Leaky = Callable[[Honest], list[Problem]]

LEAKS: dict[str, Leaky] = {}


def leak(name: str) -> Callable[[Leaky], Leaky]:
    """Register a function that gives the problems with one leak in them."""

    def register(leaky: Leaky) -> Leaky:
        LEAKS[name] = leaky
        return leaky

    return register


@leak("smoothed posteriors")
def smoothed_posteriors(honest: Honest) -> list[Problem]:
    """States given all sessions, under the fits that published them."""
    history = walk_forward(_observations(honest), honest.settings.states.model)
    return _with_states(honest, smoothed_history(history, _observations(honest)))


@leak("states fitted on all sessions")
def full_sample_states(honest: Honest) -> list[Problem]:
    """Filtered states under one fit that has seen every session."""
    return _with_states(honest, full_sample(_observations(honest), honest.settings.states.model))


@leak("scaling by all sessions")
def full_sample_scaling(honest: Honest) -> list[Problem]:
    """The logit with its inputs standardised by every session, later ones too."""
    return [
        replace(
            problem,
            specs=[
                _ScaledSpec(spec.name, spec.inputs, spec.settings, problem.features)
                for spec in problem.specs
                if spec.name == Logit.name
            ],
            members=[],
        )
        for problem in honest.problems
    ]


@leak("folds not purged")
def unpurged_folds(honest: Honest) -> list[Problem]:
    """Training rows up to the eve of the forecast, whether or not their outcome was known."""
    schedule = honest.settings.walk_forward
    return [
        replace(
            problem,
            folds=expanding_folds(
                pd.DatetimeIndex(problem.features.index),
                pd.Series(problem.features.index, index=problem.features.index).where(
                    problem.outcomes["label_end"].notna()
                ),
                first_test=schedule.first_test,
                last_test=schedule.last_test,
                refit_every=schedule.refit_every,
                embargo=0,
                min_train=schedule.min_train,
            ),
        )
        for problem in honest.problems
    ]


@leak("publication lags ignored")
def lags_ignored(honest: Honest) -> list[Problem]:
    """Dated values known on the day that they describe."""
    observed = build_observed(honest.market.raw, Clock(honest.market.sessions))
    late = [name for name, series in CATALOGUE.items() if series.lag != SAME_EVENING]
    late = [name for name in late if name in observed]
    return _with_panel(honest, honest.panel.assign(**observed[late]))


@leak("gaps filled backwards")
def back_filled(honest: Honest) -> list[Problem]:
    """Missing values of the panel filled with the next one to come."""
    return [_WildProblem(**vars(problem)) for problem in _with_panel(honest, honest.panel.bfill())]


@leak("unfinished bars")
def unfinished_bars(honest: Honest) -> list[Problem]:
    """Bars counted from their open, so that the day in progress shows its close."""
    raw = dict(honest.market.raw)
    for name, frame in raw.items():
        if CATALOGUE[name].kind == "bar":
            early = frame["time"] - pd.Timedelta(CATALOGUE[name].interval)
            raw[name] = frame.assign(time=early)
    return _with_panel(honest, build_panel(raw, Clock(honest.market.sessions)))


@leak("centred averages")
def centred_averages(honest: Honest) -> list[Problem]:
    """Features smoothed over two sessions before and two after."""
    return _with_features(
        honest, honest.features.rolling(_CENTRED, center=True, min_periods=1).mean()
    )


@dataclass
class _FullSampleLogit(Logit):
    """The logit standardised on ``everything`` instead of its training rows."""

    everything: pd.DataFrame = field(default_factory=pd.DataFrame)

    def fit(self, features: pd.DataFrame, outcomes: pd.DataFrame) -> Self:
        """Fit the slopes honestly, on a scale that is not."""
        codes = every_scenario(scenario_codes(outcomes), self.name)
        self.centre_, self.spread_ = location_and_spread(self.design(self.everything))
        columns = standardise(self.design(features), self.centre_, self.spread_, self.clip)
        self.slopes_, self.intercepts_ = fit_logit(columns, codes, self.inverse_penalty)
        return self


@dataclass(frozen=True)
class _ScaledSpec(ModelSpec):
    """Declares the logit that is scaled by all sessions."""

    name: str
    inputs: tuple[str, ...]
    settings: Mapping[str, Any]
    everything: pd.DataFrame

    def build(self, window: Window) -> Logit:
        """Make it, unfitted."""
        return _FullSampleLogit(window, self.inputs, **self.settings, everything=self.everything)


@dataclass(frozen=True)
class _WildProblem(Problem):
    """A problem whose numbers may leave all bounds, of which numpy would warn at every refit.

    A series filled before its birth does not move there, and what is divided by its spread
    overflows. The score shows what comes of it.
    """

    def forecast(self, fold: Fold) -> pd.DataFrame:
        """Forecasts of one refit, whatever the numbers."""
        with np.errstate(all="ignore"):
            return super().forecast(fold)


def _observations(honest: Honest) -> pd.DataFrame:
    return honest.features[list(honest.settings.states.inputs)]


def _with_states(honest: Honest, posteriors: pd.DataFrame) -> list[Problem]:
    """Tasks of the model that reads the states, with other posteriors."""
    inputs = honest.features.join(posteriors)
    return [
        replace(
            problem,
            features=inputs,
            specs=[spec for spec in problem.specs if spec.name == States.name],
            members=[],
        )
        for problem in honest.problems
    ]


def _with_panel(honest: Honest, panel: pd.DataFrame) -> list[Problem]:
    values = compute(panel, honest.settings.feature_settings)
    return _with_features(honest, values.loc[honest.features.index])


def _with_features(honest: Honest, features: pd.DataFrame) -> list[Problem]:
    """Tasks of all models with other features; the states stay as published."""
    return [
        replace(problem, features=problem.features.assign(**features))
        for problem in honest.problems
    ]
