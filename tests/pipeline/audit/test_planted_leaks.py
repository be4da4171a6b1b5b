"""A leak of every kind, planted in the code, is caught and named."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from features.engine.declaration import feature
from models.forecasting.problem import Problem
from models.outlook.vix import Vix
from models.states.leaks import smoothed_history
from models.states.schedule import walk_forward
from models.walk_forward import NOT_KNOWN
from pipeline.aligning.clock import Clock
from pipeline.aligning.panel import build_observed, build_panel
from pipeline.audit.cutoffs import ranked_cuts, rare_sessions
from pipeline.audit.exposures import exposure_cuts, exposures, judged_evenings
from pipeline.audit.followed import paths_of
from pipeline.audit.replays import feature_cuts, outlook_refits, states_refits
from pipeline.audit.spliced import groups, passes, spliced_features, spliced_panel
from pipeline.catalogue import CATALOGUE
from pipeline.desk.policies.jump import Jump
from pipeline.series.kinds import SAME_EVENING
from pipeline.training.labels import label_sessions
from tests.pipeline.audit.conftest import cut_at, leaks_in

SOME_SESSION, A_WEDNESDAY = "2018-06-15", "2018-06-13"
"""On the Wednesday ends what the Federal Reserve's balance sheet of Thursday describes."""

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("few_features")]


CUT_OFF = ("truncated",)
"""Enough where a leak shows in whatever future: the other takes another market to be made."""


def columns_of(leaks, stage):
    return {leak.column for leak in leaks if leak.stage == stage}


def refitted(published, inline, place=1, *, alone=True):
    window = published.settings.scenarios.window_list()[place]
    return leaks_in(outlook_refits(published, window, inline.ask, alone=alone))


def rising(seen, later):
    """All in while the mean of some returns is positive, the last of them so much later."""
    mean = seen.returns.rolling(10).mean().shift(-later)
    return (mean[seen.days.index] > 0).to_numpy(dtype=float)


def followed_again(published, inline):
    whole = paths_of(published.panel, judged_evenings(published), published.settings)
    cuts = exposure_cuts(published, whole, 12)
    return leaks_in(exposures(published, whole, cuts, inline.ask))


def test_honest_code_passes_and_every_session_is_reached(published, inline) -> None:
    assert cut_at(published, inline, SOME_SESSION) == []
    assert leaks_in(states_refits(published, inline.ask)) == []
    assert refitted(published, inline) == []
    group = groups()[0]
    offsets = passes(group.stretch, 99, 0)
    found = list(spliced_features(published, group, offsets, inline.ask))
    assert leaks_in(found) == []
    reached = {session for each in found for session in each.sessions}
    assert len(reached) >= len(published.features) - group.stretch


def test_the_spliced_panel_of_an_honest_market_is_the_published_one(published, inline) -> None:
    assert leaks_in(spliced_panel(published, [3, 17], inline.ask)) == []


def test_a_centred_window(tables, inline) -> None:
    @feature("S01", unit="percent", window=5)
    def centred(vix: pd.Series) -> pd.Series:
        return vix.rolling(5, center=True).mean()

    leaks = cut_at(tables(), inline, SOME_SESSION)
    assert columns_of(leaks, "features") == {"centred"}
    # Two sessions ahead: the last two before the cut give it away, the first of them is named.
    assert {leak.session for leak in leaks} == {"2018-06-14"}
    assert {leak.how for leak in leaks} == {"truncated", "scrambled"}


def test_a_leak_on_few_sessions(tables, inline) -> None:
    """Cuts would have to meet one of them; leaving sessions out reaches all."""

    @feature("S01", unit="percent", window=1)
    def seldom(vix: pd.Series) -> pd.Series:
        chosen = np.arange(len(vix)) % 97 == 5
        return vix.where(~(chosen & (len(vix) > 400)), vix.shift(-1))

    published = tables()
    (group,) = [each for each in groups() if "seldom" in each.names]
    offsets = passes(group.stretch, 99, 0)
    leaks = leaks_in(spliced_features(published, group, offsets, inline.ask))
    assert columns_of(leaks, "features") == {"seldom"}


def test_a_leak_at_month_ends(tables, inline) -> None:
    """The cuts that come first are those at which rare code acts."""

    @feature("S01", unit="percent", window=1)
    def at_month_ends(vix: pd.Series) -> pd.Series:
        last = pd.DatetimeIndex(vix.index).to_period("M")
        ends = np.append(last[1:] != last[:-1], False)
        return vix.where(~ends, vix.shift(-1))

    published = tables()
    first = sorted(ranked_cuts(published, set())[:24])
    assert set(first) & set(rare_sessions(published)["month ends"])
    leaks = leaks_in(feature_cuts(published, first, ["at_month_ends"], inline.ask))
    assert columns_of(leaks, "features") == {"at_month_ends"}


def test_what_is_remembered_between_calls(tables, inline) -> None:
    longest = {"vix": pd.Series(dtype=float)}

    @feature("S01", unit="percent", window=1)
    def remembered(vix: pd.Series) -> pd.Series:
        if len(vix) > len(longest["vix"]):
            longest["vix"] = vix
        return longest["vix"].shift(-1).reindex(vix.index)

    published = tables()
    longest["vix"] = pd.Series(dtype=float)  # the fresh process
    cuts = [pd.Timestamp(SOME_SESSION), pd.Timestamp("2018-06-22")]
    leaks = leaks_in(feature_cuts(published, cuts, None, inline.ask))
    assert columns_of(leaks, "features") == {"remembered"}


def test_scaling_by_the_full_sample(tables, inline) -> None:
    @feature("S01", unit="standard deviations", window=1)
    def scaled(vix: pd.Series) -> pd.Series:
        return (vix - vix.mean()) / vix.std()

    leaks = cut_at(tables(), inline, SOME_SESSION, CUT_OFF)
    assert columns_of(leaks, "features") == {"scaled"}
    assert columns_of(leaks, "panel") == set()
    assert {leak.session for leak in leaks} == {"2017-02-01"}


def test_a_gap_filled_backwards(tables, inline, monkeypatch) -> None:
    monkeypatch.setattr(
        "pipeline.audit.steps.build_panel", lambda raw, clock: build_panel(raw, clock).bfill()
    )
    # The index that was born two days after the cut.
    leaks = cut_at(tables(), inline, "2018-01-30", CUT_OFF)
    assert "fear_greed" in columns_of(leaks, "panel")


def test_tomorrows_value_on_few_days_of_the_panel(tables, inline, monkeypatch) -> None:
    def early(raw, clock):
        panel = build_panel(raw, clock)
        chosen = np.arange(len(panel)) % 46 == 7
        return panel.assign(vix=panel["vix"].where(~chosen, panel["vix"].shift(-1)))

    monkeypatch.setattr("pipeline.audit.steps.build_panel", early)
    leaks = leaks_in(spliced_panel(tables(), [7], inline.ask))
    assert columns_of(leaks, "panel") == {"vix"}


def test_an_unfinished_bar(tables, inline, monkeypatch) -> None:
    def by_open(raw, clock):
        early = raw["btc"]["time"] - pd.Timedelta("1D")
        return build_panel({**raw, "btc": raw["btc"].assign(time=early)}, clock)

    monkeypatch.setattr("pipeline.audit.steps.build_panel", by_open)
    leaks = cut_at(tables(), inline, SOME_SESSION, CUT_OFF)
    assert "btc" in columns_of(leaks, "panel")
    assert "composite_5" in columns_of(leaks, "features")


def test_a_publication_lag_ignored_by_one_series(tables, inline, monkeypatch) -> None:
    def by_observation(raw, clock):
        observed = build_observed(raw, clock)
        late = [name for name in observed if CATALOGUE[name].lag != SAME_EVENING]
        return build_panel(raw, clock).assign(**observed[late])

    monkeypatch.setattr("pipeline.audit.steps.build_panel", by_observation)
    leaks = cut_at(tables(), inline, A_WEDNESDAY, CUT_OFF)
    assert {"real10y", "hy_oas", "fed_assets"} <= columns_of(leaks, "panel")
    assert "vix" not in columns_of(leaks, "panel")


def test_a_clock_that_forgets_the_lags(tables, inline, monkeypatch) -> None:
    """The audit has its own telling of the rules, so align's clock cannot mislead it."""
    honest = Clock.of_date
    monkeypatch.setattr(Clock, "of_date", lambda self, dates, lag=None: honest(self, dates))
    assert "us10y" in columns_of(cut_at(tables(), inline, SOME_SESSION, CUT_OFF), "panel")


def test_a_label_that_sees_beyond_its_end(published, inline, monkeypatch) -> None:
    def early(observed, settings):
        labels = label_sessions(observed, settings)
        ends = labels["session"].where(labels["window"] == "ahead", labels["label_end"])
        return labels.assign(label_end=ends)

    monkeypatch.setattr("pipeline.audit.steps.label_sessions", early)
    labels = early(published.observed, published.settings.scenarios)
    kept = labels[labels["session"] >= published.settings.features.start]
    early_ends = replace(published, labels=kept)
    assert "ahead.scenario" in columns_of(
        cut_at(early_ends, inline, SOME_SESSION, CUT_OFF), "scenarios"
    )


def test_smoothed_posteriors(published, inline) -> None:
    observations = published.features[list(published.settings.states.inputs)]
    history = walk_forward(observations, published.settings.states.model)
    smooth = published.states.assign(**smoothed_history(history, observations))
    leaks = leaks_in(states_refits(replace(published, states=smooth), inline.ask))
    assert columns_of(leaks, "states") & {"state_0", "state_1"}


def test_an_unpurged_fold(publish, inline, monkeypatch) -> None:
    def unpurged(label_ends, position, embargo):
        return (np.arange(len(label_ends)) < position) & (label_ends < NOT_KNOWN)

    monkeypatch.setattr("models.walk_forward.old_enough", unpurged)
    leaks = refitted(publish(), inline)
    assert "ahead.logit.base" in columns_of(leaks, "outlook")
    assert min(leak.session for leak in leaks) == "2018-10-01"


def test_one_fold_that_trains_on_its_own_test_rows(publish, inline, monkeypatch) -> None:
    honest = Problem.training

    def training(problem, fold):
        if fold.number != 3:
            return honest(problem, fold)
        known = fold.test[problem.outcomes["label_end"].iloc[fold.test].notna()]
        return honest(problem, replace(fold, train=np.union1d(fold.train, known)))

    monkeypatch.setattr(Problem, "training", training)
    leaks = refitted(publish(), inline, alone=False)
    assert "ahead.logit.base" in columns_of(leaks, "outlook")
    assert all("fitted again on what was known by" in str(leak) for leak in leaks)


def test_forecasts_that_were_replaced_by_what_happened(published, inline) -> None:
    labels = published.labels.query("window == 'ahead'").set_index("session")["scenario"]
    happened = published.outlook["session"].map(labels)
    some = published.outlook["window"].eq("ahead") & happened.eq("tightening_shock")
    told = published.outlook.assign(
        tightening_shock=published.outlook["tightening_shock"].where(~some, 0.996)
    )
    leaks = refitted(replace(published, outlook=told), inline)
    assert "ahead.pool.tightening_shock" in columns_of(leaks, "outlook")


def test_a_forecast_that_looks_at_later_rows_of_its_own_fold(publish, inline, monkeypatch) -> None:
    honest = Vix.predict_proba
    monkeypatch.setattr(
        Vix, "predict_proba", lambda model, rows: np.roll(honest(model, rows), -1, axis=0)
    )
    leaks = refitted(publish(), inline)
    assert "ahead.vix.base" in columns_of(leaks, "outlook")


def test_a_policy_that_knows_the_next_return(published, inline, monkeypatch) -> None:
    monkeypatch.setattr(Jump, "wanted", lambda _policy, seen: rising(seen, later=0))
    assert not followed_again(published, inline)
    monkeypatch.setattr(Jump, "wanted", lambda _policy, seen: rising(seen, later=1))
    leaks = followed_again(published, inline)
    assert {leak.column.partition(".")[2].split(" ")[0] for leak in leaks} == {"jump"}


def test_only_a_yardstick_may_say_that_it_knows_the_whole_span() -> None:
    with pytest.raises(TypeError, match="only a yardstick may"):
        type("Prophet", (Jump,), {"yardstick": False, "hindsight": True})
