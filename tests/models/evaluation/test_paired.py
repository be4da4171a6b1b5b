"""The figure by which two models are told apart, and what it says when nothing tells them."""

import numpy as np
import pandas as pd
import pytest

from models.evaluation.intervals import Resampling
from models.evaluation.loss_table import loss_table
from models.evaluation.paired import (
    BETTER,
    NO_DIFFERENCE,
    WORSE,
    on_the_same_days,
    paired_difference,
)
from models.scenarios import SCENARIOS

QUICK = Resampling(block=10, repetitions=500, seed=1)
DAYS = pd.bdate_range("2020-01-01", periods=400)


def losses(seed, count=400):
    return np.random.default_rng(seed).gamma(2.0, size=count)


def test_a_steady_gain_shows_though_the_losses_scatter_far_more():
    found = paired_difference(losses(0) - 0.05, losses(0), np.ones(400), QUICK)

    assert found.value == pytest.approx(0.05)
    assert (found.low, found.high) == pytest.approx((0.05, 0.05))
    assert found.verdict == BETTER
    assert found.p == pytest.approx(2 / 501)
    assert paired_difference(losses(0), losses(0) - 0.05, np.ones(400), QUICK).verdict == WORSE


def test_noise_is_told_as_no_difference_nineteen_times_in_twenty():
    found = [paired_difference(losses(s), losses(s + 99), np.ones(400), QUICK) for s in range(99)]

    told = [each for each in found if each.verdict != NO_DIFFERENCE]
    assert 1 <= len(told) <= 12
    assert all((each.p < 0.05) == (each.verdict != NO_DIFFERENCE) for each in found)


def test_the_same_model_has_no_difference_and_p_one():
    found = paired_difference(losses(0), losses(0), np.ones(400), QUICK)

    assert (found.low, found.value, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)
    assert found.verdict == NO_DIFFERENCE


def test_a_short_history_claims_nothing():
    found = paired_difference(losses(0, 19) - 0.5, losses(0, 19), np.ones(19), QUICK)

    assert np.isnan([found.low, found.high, found.p]).all()
    assert found.verdict == NO_DIFFERENCE
    assert "too few sessions" in found.in_words()


def table(days, base, happened="base"):
    probas = {"climatology": [0.5, 0.3, 0.2], "pool": [base, 0.8 - base, 0.2]}
    outlook = pd.concat(
        pd.DataFrame([proba] * len(days), columns=list(SCENARIOS)).assign(
            session=days, window="ahead", model=model
        )
        for model, proba in probas.items()
    )
    labels = pd.DataFrame({"session": days, "scenario": happened, "label_end": days})
    return loss_table(outlook, labels.assign(window="ahead"))


def test_only_sessions_that_both_forecast_count():
    rows = on_the_same_days(
        table(DAYS[:300], 0.6), table(DAYS[100:], 0.5), "ahead", "pool", "climatology"
    )

    assert list(rows.index) == list(DAYS[100:300])
    expected = -np.log([0.6, 0.5, 0.5])
    assert rows[["first", "second", "reference"]].to_numpy() == pytest.approx(
        np.tile(expected, (200, 1))
    )


def test_a_few_revised_outcomes_are_left_out_and_another_definition_is_refused():
    relabelled = np.where(np.arange(400) < 5, "reflation", "base")
    rows = on_the_same_days(
        table(DAYS, 0.6), table(DAYS, 0.6, relabelled), "ahead", "pool", "climatology"
    )
    assert len(rows) == 395

    with pytest.raises(ValueError, match="400 of 400 shared sessions have another outcome"):
        on_the_same_days(
            table(DAYS, 0.6), table(DAYS, 0.6, "reflation"), "ahead", "pool", "climatology"
        )
