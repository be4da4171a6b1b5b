"""Every approach, by its name alone: what it may know, and what it must find."""

from collections.abc import Sequence
from copy import deepcopy

import numpy as np
import pandas as pd
import pytest

from models.evaluation.tail_table import tail_losses
from models.risk.approach import approach, names
from models.risk.history import RETURNS, VIX
from models.risk.walk_forward import LEVELS, Asked, BookProblem, Tables, forecast_tails
from models.scenarios import SCENARIOS

HORIZON, COUNT = 10, 1800
SESSIONS = pd.bdate_range("2010-01-04", periods=COUNT, name="session")
MEANS = np.array([0.001, -0.006, 0.004])
"""A day's drift in each scenario, of a volatility of 1 %."""


def market(seed: int = 3) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """A book that drifts as each ten sessions' scenario says, and an outlook that knows it."""
    random = np.random.default_rng(seed)
    blocks = np.repeat(random.choice(3, COUNT // HORIZON + 1, p=[0.6, 0.2, 0.2]), HORIZON)[:COUNT]
    returns = MEANS[blocks] + 0.01 * random.standard_t(6, COUNT) * np.sqrt(4 / 6)
    history = pd.DataFrame({RETURNS: returns, VIX: 16.0 + random.normal(size=COUNT)}, SESSIONS)
    ends = pd.Series(SESSIONS, SESSIONS).shift(-HORIZON)
    ahead = np.append(blocks[1:], 0)
    labels = pd.DataFrame({"scenario": np.array(SCENARIOS)[ahead], "label_end": ends}).dropna()
    proba = np.full((COUNT, 3), 0.1) + 0.7 * np.eye(3)[ahead]
    outlook = pd.DataFrame(proba, SESSIONS, list(SCENARIOS)).iloc[800:]
    block = np.arange(len(outlook)) // 100
    fit_ends = SESSIONS[800 + 100 * block - 2 * HORIZON]
    return history, labels, outlook.assign(fit_end=fit_ends)


def forecast(history: pd.DataFrame, *rest: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return forecast_tails(names(), history, *rest, horizon=HORIZON, level=0.05, min_train=252)


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return forecast(*market())


def test_every_approach_forecasts_the_same_sessions(tables: dict[str, pd.DataFrame]) -> None:
    assert set(tables) >= {"historical", "filtered_historical", "garch_t", "har_vix", "mixture"}
    for name, table in tables.items():
        assert table.index.equals(SESSIONS[800:]), name
        assert (table["shortfall"] <= table["var"]).all(), name
        assert (np.diff(table[LEVELS.tolist()].to_numpy(), axis=1) >= 0).all(), name
        assert table["var"].to_numpy() == pytest.approx(table[0.05].to_numpy()), name
        assert 0.02 < (table["outcome"] < table["var"]).mean() < 0.12, name


def test_refits_forecast_the_same_apart_and_in_any_order(tables: dict[str, pd.DataFrame]) -> None:
    def apart(problem: BookProblem, refits: Sequence[Asked]) -> list[Tables]:
        assert all(problem.trained(fit_end).index[-1] < fit_end for fit_end, _ in refits)
        return [deepcopy(problem).forecast(*refit) for refit in reversed(refits)][::-1]

    asked = names(), *market()
    made = forecast_tails(*asked, horizon=HORIZON, level=0.05, min_train=252, spread=apart)
    for name, table in tables.items():
        pd.testing.assert_frame_equal(made[name], table, check_exact=True)


def test_what_comes_later_moves_no_forecast(tables: dict[str, pd.DataFrame]) -> None:
    history, labels, outlook = market()
    cut = 1250
    other, unlike = history.copy(), labels.copy()
    other.iloc[cut + 1 :] *= 3.0
    unlike.loc[SESSIONS[cut - HORIZON + 1] :, "scenario"] = "base"
    again = forecast(other, unlike, outlook)
    for name, table in tables.items():
        columns = table.columns.drop("outcome")
        before = again[name].loc[: SESSIONS[cut], columns]
        pd.testing.assert_frame_equal(before, table.loc[: SESSIONS[cut], columns])


def test_an_outlook_that_knows_something_beats_the_same_without_it(
    tables: dict[str, pd.DataFrame],
) -> None:
    mixed, plain = (tables[n].dropna() for n in ("mixture", "har_vix"))
    assert (tail_losses(mixed, 0.05) - tail_losses(plain, 0.05)).mean() < -0.05


def test_a_scenario_that_was_never_seen_leaves_its_probability_to_the_others() -> None:
    history, labels, _ = market()
    base_only = labels["scenario"].where(labels["scenario"] == "base").dropna()
    fitted = approach("mixture", HORIZON).fit(history, base_only)
    asked = pd.DataFrame([[0.2, 0.5, 0.3]], SESSIONS[-1:], list(SCENARIOS))
    plain = approach("har_vix", HORIZON).fit(history, base_only)
    pairs = zip(
        fitted.predict(history, asked).tail(0.05),
        plain.predict(history, asked).tail(0.05),
        strict=True,
    )
    assert all(mixed == pytest.approx(alone) for mixed, alone in pairs)


def test_garch_finds_the_law_that_made_the_returns() -> None:
    random = np.random.default_rng(4)
    returns, variance = np.empty(6000), 1e-4
    for day, error in enumerate(random.standard_t(6, 6000) * np.sqrt(4 / 6)):
        returns[day] = np.sqrt(variance) * error
        variance = 1e-4 * 0.03 + 0.10 * returns[day] ** 2 + 0.87 * variance
    sessions = pd.bdate_range("2000-01-03", periods=6000)
    history = pd.DataFrame({RETURNS: returns, VIX: 20.0}, sessions)
    law = approach("garch_t", HORIZON).fit(history, pd.Series(dtype=str)).law_  # type: ignore[attr-defined]
    assert law.reaction == pytest.approx(0.10, abs=0.03)
    assert law.memory == pytest.approx(0.87, abs=0.06)
    assert law.degrees == pytest.approx(6.0, abs=1.5)
    assert law.variances(returns - law.mean)[-1] == pytest.approx(variance, rel=0.25)


def test_a_young_book_repeats_what_it_has_seen() -> None:
    history, labels, _ = market()
    young = history.iloc[:60]
    asked = pd.DataFrame([[0.6, 0.2, 0.2]], young.index[-1:], list(SCENARIOS))
    sample = approach("historical", HORIZON).fit(young, labels["scenario"]).predict(young, asked)
    seen = np.expm1(young[RETURNS].rolling(HORIZON).sum().dropna())
    assert set(np.round(sample.values[0], 12)) == set(np.round(seen, 12))


def test_an_unknown_name_is_told_the_near_one() -> None:
    with pytest.raises(ValueError, match=r"'mixtur'; did you mean 'mixture'"):
        approach("mixtur", HORIZON)
