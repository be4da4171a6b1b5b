import numpy as np
import pandas as pd
import pytest

from models.scenarios import SCENARIOS
from pipeline.desk.backtest import measure_tiers
from pipeline.desk.decision import decide
from pipeline.desk.history import days, tiers
from pipeline.settings.desk import DeskSettings

SESSIONS = pd.bdate_range("2022-01-03", periods=80, name="session")


@pytest.fixture
def outlook() -> pd.DataFrame:
    risk = np.where(np.arange(len(SESSIONS)) < 40, 0.05, 0.9)
    proba = np.column_stack([1 - risk, risk / 2, risk / 2])
    rows = pd.DataFrame(proba, columns=list(SCENARIOS)).assign(session=SESSIONS, model="pool")
    other = rows.assign(model="vix", tightening_shock=0.5)
    return pd.concat([each.assign(window=w) for w in ("now", "ahead") for each in (rows, other)])


@pytest.fixture
def states() -> pd.DataFrame:
    return pd.DataFrame({"word": "calm"}, index=SESSIONS)


@pytest.fixture
def values() -> pd.DataFrame:
    return pd.DataFrame({"spy_realised_21": 0.1}, index=SESSIONS)


def test_history_judges_each_session_as_it_would_be_judged_alone(
    outlook, states, values, settings: DeskSettings
) -> None:
    made = tiers(outlook, states, values, settings)
    assert list(made.index) == list(SESSIONS)
    for session, day in days(outlook, states, values):
        assert made.loc[session, "tier"] == decide(day, settings).tier
    assert set(made["tier"][:40]) == {0}
    assert set(made["tier"][40:]) == {4}


def test_a_tier_tells_the_spread_and_the_worst_tenth_of_what_followed(
    outlook, states, values, settings: DeskSettings
) -> None:
    rise, swing = np.linspace(100, 110, 40), 110 + 8 * np.where(np.arange(40) % 20 < 10, 1, -1)
    prices = pd.DataFrame({"spy": np.concatenate([rise, swing])}, index=SESSIONS)
    result = measure_tiers(tiers(outlook, states, values, settings), prices, ahead=10)
    low, high = (result["by_tier"][tier]["spy"] for tier in ("0", "4"))
    assert high["std"] > low["std"]
    moves = prices["spy"].shift(-10) / prices["spy"] - 1
    assert high["worst_tenth"] == pytest.approx(moves[40:70].quantile(0.1))
    assert result["by_year"] == {"2022": {"0": 40, "4": 40}}
