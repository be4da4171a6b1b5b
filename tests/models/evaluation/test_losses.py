import numpy as np
import pytest

from models.evaluation.losses import brier_losses, log_losses, rps_losses, skill
from models.scenarios import BASE, REFLATION, TIGHTENING_SHOCK

Y = np.array([BASE, TIGHTENING_SHOCK, REFLATION])
PROBA = np.array([[0.5, 0.3, 0.2], [0.2, 0.7, 0.1], [0.6, 0.3, 0.1]])


def test_log_losses_by_hand():
    assert log_losses(Y, PROBA) == pytest.approx(-np.log([0.5, 0.7, 0.1]))


def test_log_loss_of_the_impossible_is_finite():
    assert np.isfinite(log_losses(np.array([BASE]), np.array([[0.0, 1.0, 0.0]]))).all()


def test_brier_losses_by_hand():
    expected = [0.25 + 0.09 + 0.04, 0.04 + 0.09 + 0.01, 0.36 + 0.09 + 0.81]
    assert brier_losses(Y, PROBA) == pytest.approx(expected)


def test_rps_losses_by_hand():
    # Cumulative over reflation, base: (0.2, 0.7), (0.1, 0.3), (0.1, 0.7) against what happened.
    expected = [0.2**2 + 0.3**2, 0.1**2 + 0.3**2, 0.9**2 + 0.3**2]
    assert rps_losses(Y, PROBA) == pytest.approx(expected)


def test_rps_knows_which_miss_is_nearer():
    shock = np.array([TIGHTENING_SHOCK])
    called_base, called_reflation = np.array([[1.0, 0, 0]]), np.array([[0, 0, 1.0]])
    assert rps_losses(shock, called_base) < rps_losses(shock, called_reflation)
    assert brier_losses(shock, called_base) == brier_losses(shock, called_reflation)


def test_skill_is_the_share_saved():
    assert skill(np.array([1.0, 2.0]), np.array([2.0, 4.0])) == pytest.approx(0.5)
    assert skill(np.array([3.0]), np.array([2.0])) == pytest.approx(-0.5)
    assert np.isnan(skill(np.array([]), np.array([])))
