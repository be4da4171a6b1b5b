"""A leak of every kind, planted in the code, is caught and named."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from features.engine.declaration import feature
from models.states.leaks import smoothed_history
from models.states.schedule import walk_forward
from models.walk_forward import NOT_KNOWN
from pipeline.aligning.clock import Clock
from pipeline.aligning.panel import build_observed, build_panel
from pipeline.catalogue import CATALOGUE
from pipeline.series.kinds import SAME_EVENING
from pipeline.training.labels import label_sessions

FIRST_OF_FOLD = "2018-10-01"
SOME_SESSION = "2018-06-15"
A_WEDNESDAY = "2018-06-13"
"""Day that the Federal Reserve's balance sheet describes; it is published on Thursday."""

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("few_features")]


def columns_of(leaks, stage):
    return {leak.column for leak in leaks if leak.stage == stage}


def test_honest_code_passes(leaks_at):
    assert leaks_at(FIRST_OF_FOLD, deep=True) == []


def test_a_centred_window(leaks_at):
    @feature("S01", unit="percent", window=5)
    def centred(vix: pd.Series) -> pd.Series:
        return vix.rolling(5, center=True).mean()

    leaks = leaks_at(SOME_SESSION)
    assert columns_of(leaks, "features") == {"centred"}
    # Two sessions ahead: the last two before the cut give it away, the first of them is named.
    assert {leak.session for leak in leaks} == {"2018-06-14"}
    assert {leak.how for leak in leaks} == {"truncated", "scrambled"}


def test_scaling_by_the_full_sample(leaks_at):
    @feature("S01", unit="standard deviations", window=1)
    def scaled(vix: pd.Series) -> pd.Series:
        return (vix - vix.mean()) / vix.std()

    leaks = leaks_at(SOME_SESSION)
    assert columns_of(leaks, "features") == {"scaled"}
    assert columns_of(leaks, "panel") == set()
    assert {leak.session for leak in leaks} == {"2017-02-01"}


def test_a_gap_filled_backwards(leaks_at, monkeypatch):
    monkeypatch.setattr(
        "pipeline.audit.replay.build_panel", lambda raw, clock: build_panel(raw, clock).bfill()
    )
    leaks = leaks_at("2018-01-30")
    # The index that was born two days after the cut.
    assert "fear_greed" in columns_of(leaks, "panel")


def test_an_unfinished_bar(leaks_at, monkeypatch):
    def by_open(raw, clock):
        early = raw["btc"]["time"] - pd.Timedelta("1D")
        return build_panel({**raw, "btc": raw["btc"].assign(time=early)}, clock)

    monkeypatch.setattr("pipeline.audit.replay.build_panel", by_open)
    leaks = leaks_at(SOME_SESSION)
    assert "btc" in columns_of(leaks, "panel")
    assert "composite_5" in columns_of(leaks, "features")
    assert {leak.session for leak in leaks if leak.column == "composite_5"} == {SOME_SESSION}


def test_a_publication_lag_ignored_by_one_series(leaks_at, monkeypatch):
    def by_observation(raw, clock):
        observed = build_observed(raw, clock)
        late = [name for name in observed if CATALOGUE[name].lag != SAME_EVENING]
        return build_panel(raw, clock).assign(**observed[late])

    monkeypatch.setattr("pipeline.audit.replay.build_panel", by_observation)
    leaks = leaks_at(A_WEDNESDAY)
    assert {"real10y", "hy_oas", "fed_assets"} <= columns_of(leaks, "panel")
    assert "vix" not in columns_of(leaks, "panel")
    assert "composite_5" in columns_of(leaks, "features")


def test_a_clock_that_forgets_the_lags(leaks_at, monkeypatch):
    """The audit has its own telling of the rules, so align's clock cannot mislead it."""
    honest = Clock.of_date
    monkeypatch.setattr(Clock, "of_date", lambda self, dates, lag=None: honest(self, dates))
    assert "us10y" in columns_of(leaks_at(SOME_SESSION), "panel")


def test_smoothed_posteriors(leaks_at, monkeypatch):
    def smoothing(observations, settings):
        history = walk_forward(observations, settings)
        smooth = smoothed_history(history, observations)
        return replace(history, posteriors=history.posteriors.assign(**smooth))

    monkeypatch.setattr("pipeline.audit.replay.walk_forward", smoothing)
    leaks = leaks_at(FIRST_OF_FOLD, deep=True)
    assert columns_of(leaks, "states") & {"state_0", "state_1"}
    assert columns_of(leaks, "features") == set()


def test_an_unpurged_fold(leaks_at, monkeypatch):
    def unpurged(label_ends, position, embargo):
        return (np.arange(len(label_ends)) < position) & (label_ends < NOT_KNOWN)

    monkeypatch.setattr("models.walk_forward.old_enough", unpurged)
    leaks = leaks_at(FIRST_OF_FOLD, deep=True)
    assert columns_of(leaks, "states") == columns_of(leaks, "features") == set()
    assert {"ahead.logit.base", "now.logit.base"} <= columns_of(leaks, "outlook")
    assert {leak.session for leak in leaks} == {FIRST_OF_FOLD}


def test_a_label_that_sees_beyond_its_end(leaks_at, monkeypatch):
    def early(observed, settings):
        labels = label_sessions(observed, settings)
        ends = labels["session"].where(labels["window"] == "ahead", labels["label_end"])
        return labels.assign(label_end=ends)

    monkeypatch.setattr("pipeline.audit.replay.label_sessions", early)
    leaks = leaks_at(FIRST_OF_FOLD, deep=True)
    assert "ahead.scenario" in columns_of(leaks, "scenarios")
