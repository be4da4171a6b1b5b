from datetime import date

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import confusion_matrix, roc_auc_score

from models.evaluation.breakdown import (
    auc_within_year,
    confusion,
    named_window_rows,
    scores_by,
    year_rows,
)
from models.evaluation.comparison import Comparison
from models.evaluation.losses import log_losses
from models.scenarios import SCENARIOS

SESSIONS = pd.bdate_range("2019-01-01", "2021-12-31", name="session")
GENERATOR = np.random.default_rng(0)
PROBA = GENERATOR.dirichlet([3, 1, 1], len(SESSIONS))
CODES = GENERATOR.integers(0, 3, len(SESSIONS))
REFERENCE = np.tile([0.5, 0.25, 0.25], (len(SESSIONS), 1))
COMPARISON = Comparison(
    sessions=SESSIONS,
    codes=CODES,
    last_known=CODES,
    label_ends=np.arange(len(SESSIONS)),
    probas={"model": PROBA, "climatology": REFERENCE},
)


def test_years_share_out_every_session():
    rows = year_rows(SESSIONS)
    assert list(rows) == ["2019", "2020", "2021"]
    assert (np.sum(list(rows.values()), axis=0) == 1).all()
    assert (SESSIONS[rows["2020"]].year == 2020).all()


def test_named_windows_include_both_ends_and_drop_what_the_data_do_not_reach():
    rows = named_window_rows(
        SESSIONS,
        {
            "March 2020": (date(2020, 3, 2), date(2020, 3, 31)),
            "one day": (date(2021, 8, 5), date(2021, 8, 5)),
            "later": (date(2026, 1, 31), date(2026, 2, 4)),
        },
    )
    assert list(rows) == ["March 2020", "one day"]
    assert SESSIONS[rows["March 2020"]][[0, -1]].day.tolist() == [2, 31]
    assert SESSIONS[rows["one day"]].tolist() == [pd.Timestamp("2021-08-05")]


def test_scores_of_a_span_are_those_of_its_sessions_alone():
    rows = year_rows(SESSIONS)
    found = scores_by(COMPARISON, "model", "climatology", rows)["2020"]
    inside = rows["2020"]
    loss = log_losses(CODES[inside], PROBA[inside]).mean()
    against = log_losses(CODES[inside], REFERENCE[inside]).mean()
    assert found["sessions"] == inside.sum()
    assert found["log_loss"] == pytest.approx(loss)
    assert found["log_loss_skill"] == pytest.approx(1 - loss / against)
    assert found["auc"]["reflation"] == pytest.approx(
        roc_auc_score(CODES[inside] == 2, PROBA[inside, 2])
    )


def test_knowing_the_year_is_worth_nothing_within_years():
    # The forecast knows that 2020 has more tightening-shocks, and nothing else.
    generator = np.random.default_rng(1)
    chance = np.where(SESSIONS.year == 2020, 0.6, 0.1)
    codes = (generator.random(len(SESSIONS)) < chance).astype(int)
    noisy = np.clip(chance + generator.normal(0, 0.01, len(SESSIONS)), 0, 1)
    proba = np.column_stack([1 - noisy, noisy, 0 * noisy])
    assert roc_auc_score(codes == 1, noisy) > 0.75
    within = auc_within_year(codes, proba, SESSIONS)
    assert within["tightening_shock"] == pytest.approx(0.5, abs=0.1)
    assert np.isnan(within["reflation"])


def test_auc_within_year_is_the_mean_over_years_with_enough_of_a_scenario():
    codes = np.where(SESSIONS.year == 2021, 0, CODES)
    areas = [
        roc_auc_score(codes[rows] == 1, PROBA[rows, 1])
        for year, rows in year_rows(SESSIONS).items()
        if year != "2021"
    ]
    assert auc_within_year(codes, PROBA, SESSIONS)["tightening_shock"] == pytest.approx(
        np.mean(areas)
    )


def test_confusion_against_scikit_learn():
    found = confusion(CODES, PROBA)
    table = [[found[actual][called] for called in SCENARIOS] for actual in SCENARIOS]
    assert table == confusion_matrix(CODES, PROBA.argmax(axis=1), labels=[0, 1, 2]).tolist()
