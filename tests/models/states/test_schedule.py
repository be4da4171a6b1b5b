"""The walk-forward schedule: nothing looks ahead, nothing published changes."""

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from models.states.fitting import fit_states
from models.states.inputs import as_inputs
from models.states.labels import shown_labels
from models.states.refit import KEPT
from models.states.schedule import walk_forward
from models.states.settings import StatesSettings
from models.states.tracking import CausalFilter

SETTINGS = StatesSettings(
    n_states=3, min_train=250, refit_every=60, starts=1, first_starts=3, min_observed=100
)
STATES = ["state_0", "state_1", "state_2"]
NOTHING_YET = 10


@pytest.fixture(scope="module")
def observations(chain, draw, as_frame):
    """Sessions with holes, nothing at all in the first, and a late-born dimension."""
    values, _ = draw(chain, 600, seed=7, missing=0.05)
    late = values[:, :1] + np.random.default_rng(8).normal(size=(600, 1))
    late[:300] = np.nan
    values = np.hstack([late, values])
    values[:NOTHING_YET] = values[400] = np.nan
    return as_frame(values)


@pytest.fixture(scope="module")
def history(observations):
    return walk_forward(observations, SETTINGS)


def test_first_session_published_follows_the_first_fit(observations, history):
    observed = observations.dropna(how="all").index
    first = history.fits[0]
    assert first.fit_end == observed[SETTINGS.min_train - 1]
    assert history.posteriors.index[0] == observed[SETTINGS.min_train]
    assert history.posteriors.index[-1] == observations.index[-1]


def test_every_row_is_later_than_its_fit_and_near_it(observations, history):
    position = pd.Series(range(len(observations)), index=observations.index)
    age = position[history.posteriors.index] - position[history.posteriors["fit_end"]].to_numpy()
    assert age.min() == 1
    assert age.max() == SETTINGS.refit_every


def test_posteriors_are_probabilities_and_states_start_calm_first(history):
    posteriors = history.posteriors[STATES]
    assert (posteriors >= 0.0).all(axis=None)
    np.testing.assert_allclose(posteriors.sum(axis=1), 1.0, atol=1e-12)
    assert (np.diff(history.fits[0].states.parameters.means[:, -1]) > 0.0).all()


@pytest.mark.parametrize("kept_rows", [261, 310, 321, 322, 480, 599])
def test_published_rows_do_not_know_how_long_the_history_is(observations, history, kept_rows):
    earlier = walk_forward(observations.iloc[:kept_rows], SETTINGS).posteriors
    assert_frame_equal(earlier, history.posteriors.iloc[: len(earlier)], check_exact=True)


def test_published_rows_do_not_know_the_future(observations, history):
    scrambled = observations.copy()
    future = np.random.default_rng(1).permutation(scrambled.to_numpy()[430:]) * 3.0
    scrambled.iloc[430:] = future
    told = walk_forward(scrambled, SETTINGS).posteriors
    until = observations.index[429]
    assert_frame_equal(told[:until], history.posteriors[:until], check_exact=True)
    assert not told.equals(history.posteriors)


def test_the_same_input_gives_the_same_bits(observations, history):
    again = walk_forward(observations.copy(), SETTINGS)
    assert_frame_equal(again.posteriors, history.posteriors, check_exact=True)


def test_rows_are_the_filter_over_the_whole_past_under_their_fit(observations, history):
    refit = history.fits[2]
    rows = history.posteriors[history.posteriors["fit_end"] == refit.fit_end]
    filtered = refit.states.filter(observations.iloc[NOTHING_YET:].loc[: rows.index[-1]])
    np.testing.assert_array_equal(rows[STATES], filtered[-len(rows) :])


def test_one_more_session_costs_one_step(observations, history):
    shorter = walk_forward(observations.iloc[:-5], SETTINGS)
    stepper, rows = shorter.last, []
    for t in range(len(observations) - 5, len(observations)):
        row, stepper = stepper.advance(observations.iloc[[t]])
        rows.append(row)
    assert_frame_equal(pd.concat(rows), history.posteriors.iloc[-5:], check_exact=True)
    assert stepper.session == observations.index[-1]


def test_the_filter_goes_on_after_json(observations, history):
    shorter = walk_forward(observations.iloc[:-5], SETTINGS).last
    text = json.dumps(shorter.fitted_state(), default=np.ndarray.tolist)
    rows, _ = CausalFilter.restore(json.loads(text)).advance(observations.iloc[-5:])
    assert_frame_equal(rows, history.posteriors.iloc[-5:], check_exact=True)


def test_the_filter_does_not_go_back(observations, history):
    with pytest.raises(ValueError, match="give it later sessions only"):
        history.last.advance(observations.iloc[-1:])
    nothing, same = history.last.advance(observations.iloc[:0])
    assert nothing.empty
    assert list(nothing.columns) == list(history.posteriors.columns)
    assert same is history.last


def test_a_late_dimension_is_used_once_it_has_enough_values(observations, history):
    for refit in history.fits:
        seen = observations.loc[: refit.fit_end, "input_0"].notna().sum()
        assert refit.states.parameters.used[0] == (seen >= SETTINGS.min_observed)
    assert {bool(refit.states.parameters.used[0]) for refit in history.fits} == {True, False}


def test_refits_record_what_happened(history):
    first, *later = history.fits
    assert np.isnan(first.margin)
    assert np.isnan(first.revised)
    for refit in later:
        assert refit.margin > 0.0
        assert refit.spread >= 0.0
        assert 0.0 <= refit.revised <= 1.0


def test_a_first_fit_has_more_starts_and_a_later_one_goes_on_from_the_one_before(
    observations, history
):
    first = fit_states(observations, SETTINGS)
    later = fit_states(observations, SETTINGS, history.last.fit)
    assert [one.start for one in first.candidates] == ["k_means", "random_points", "random_blocks"]
    assert [one.start for one in later.candidates] == ["warm", "k_means"]


def test_revised_compares_a_refit_with_the_fit_before_it(observations, history):
    for before, after in pairwise(history.fits):
        past = observations.iloc[NOTHING_YET:].loc[: after.fit_end]
        paths = [refit.states.filter(past).argmax(axis=1) for refit in (before, after)]
        assert after.revised == (paths[0] != paths[1]).mean()
    assert max(refit.revised for refit in history.fits[1:]) > 0.0


def test_the_label_is_held_across_refits(observations):
    hesitant = replace(SETTINGS, shown_at=0.9999, refit_every=5, starts=0)
    told = walk_forward(observations.iloc[:400], hesitant)
    start = told.fits[0].states.filter(observations.iloc[NOTHING_YET:].loc[: told.fits[0].fit_end])
    expected = shown_labels(told.posteriors[STATES].to_numpy(), 0.9999, start[-1].argmax())
    np.testing.assert_array_equal(told.posteriors["label"], expected)


def test_the_age_of_the_label_is_counted_across_refits(history):
    told = history.posteriors
    changed = told["label"].diff().fillna(0.0) != 0
    runs = told.groupby(changed.cumsum()).cumcount() + 1
    first_run = ~changed.cummax()
    np.testing.assert_array_equal(told["age"] - first_run, runs)
    assert told["age"].max() > SETTINGS.refit_every / 2
    assert history.last.age == told["age"].iloc[-1]


def test_models_read_posteriors_entropy_and_age(history):
    told = history.posteriors
    read = as_inputs(told)
    assert list(read) == [*STATES, "state_entropy", "state_age"]
    np.testing.assert_allclose(np.exp(read["state_age"]), told["age"])
    np.testing.assert_array_equal(read["state_entropy"], told["entropy"])


def test_a_cold_winner_takes_over_the_numbers(chain, draw, as_frame, as_fit):
    calm, _, crisis = range(3)
    blurred = chain.permuted(np.array([crisis, calm, calm]))
    even = np.full((3, 3), 1.0 / 3.0)
    stuck = replace(blurred, start=even[0], transition=even)
    fit = fit_states(as_frame(draw(chain, 600, seed=1)[0]), SETTINGS, as_fit(stuck))
    assert fit.winner == "k_means"
    assert fit.states.parameters.means[:, -1].argmax() == 0
    assert fit.states.words[0] == "crisis"


def test_states_keep_their_numbers(chain, draw, as_frame):
    values, states = draw(chain, 900, seed=2)
    told = walk_forward(as_frame(values), SETTINGS).posteriors
    likeliest = told[STATES].to_numpy().argmax(axis=1)
    assert (likeliest == states[-len(told) :]).mean() > 0.9
    assert (told["label"].diff() != 0).sum() <= (np.diff(likeliest) != 0).sum() + 1
    assert (told["word"] == told["label"].map(dict(enumerate(["calm", "normal", "crisis"])))).all()


def test_a_refit_without_a_sound_start_keeps_the_fit_in_use(draw, chain, as_frame):
    values, _ = draw(chain, 300, seed=7)
    flat = np.tile(np.random.default_rng(0).normal([0.5, -1.0], 0.01, (40, 2)), (10, 1))
    demanding = replace(SETTINGS, min_occupancy=0.12, refit_every=150)
    told = walk_forward(as_frame(np.vstack([values, flat])), demanding)
    assert told.fits[0].winner != KEPT
    assert told.fits[-1].winner == KEPT
    assert len(told.fits[-1].rejected) == 2
    assert told.posteriors["fit_end"].iloc[-1] == told.last.fit.fit_end < told.fits[-1].fit_end


def test_no_sound_fit_at_all_is_an_error(observations):
    with pytest.raises(ValueError, match="none of 6 fits of 3 states was sound"):
        walk_forward(observations, replace(SETTINGS, min_occupancy=0.5))


def test_a_history_too_short_is_an_error(observations):
    with pytest.raises(ValueError, match="90 sessions are observed and min_train is 250"):
        walk_forward(observations.iloc[:100], SETTINGS)


def test_a_fit_that_ends_today_serves_tomorrow(observations):
    told = walk_forward(observations.iloc[:260], SETTINGS)
    assert told.posteriors.empty
    assert told.last.session == told.fits[0].fit_end == observations.index[259]


def test_the_ordering_dimension_must_be_there(observations):
    with pytest.raises(ValueError, match="order_by is 'vix'; use one of input_0, input_1, log_vix"):
        fit_states(observations, replace(SETTINGS, order_by="vix"))
    with pytest.raises(ValueError, match="'input_0', which has fewer than 100 values"):
        fit_states(observations.iloc[:300], replace(SETTINGS, order_by="input_0"))


def test_settings_refuse_what_cannot_work():
    with pytest.raises(ValueError, match="n_states is 1; it must lie between 2 and 12"):
        StatesSettings(n_states=1)
