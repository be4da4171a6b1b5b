import numpy as np
import pandas as pd
import pytest

from models.scenarios import SCENARIOS
from pipeline.desk.backtest import backtest_tiers
from pipeline.desk.decision import decide
from pipeline.desk.history import days, tiers
from pipeline.settings.desk import DeskSettings

SESSIONS = pd.bdate_range("2022-01-03", periods=80, name="session")


@pytest.fixture
def outlook() -> pd.DataFrame:
    risk = np.where(np.arange(len(SESSIONS)) < 40, 0.05, 0.9)
    proba = np.column_stack([(1 - risk) / 2, risk, (1 - risk) / 2])
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


def test_tiers_that_leave_before_a_fall_keep_what_holding_loses(
    outlook, states, values, settings: DeskSettings
) -> None:
    path = np.concatenate([np.linspace(100, 110, 40), np.linspace(109, 50, 40)])
    prices = pd.DataFrame(dict.fromkeys(("spy", "qqq", "btc"), path), index=SESSIONS)
    result = backtest_tiers(outlook, states, values, prices, settings, ahead=10)
    assert result["tiers"]["buy_and_hold"]["max_drawdown"] < -0.5
    assert result["tiers"]["delay_0"]["max_drawdown"] > -0.03
    assert result["volatility_target"]["delay_0"]["max_drawdown"] < -0.5
    assert result["by_tier"]["4"]["spy"]["mean"] < 0 < result["by_tier"]["0"]["spy"]["mean"]
    assert result["by_year"] == {"2022": {"0": 40, "4": 40}}
