import pandas as pd
import pytest

from pipeline.settings.simulated import SimulatedSettings
from pipeline.simulation.market import Market


@pytest.fixture(scope="session")
def market() -> Market:
    """The default market: 22 years, seed 7, full signal."""
    return Market(SimulatedSettings())


@pytest.fixture(scope="session")
def noise() -> Market:
    """The same without any signal."""
    return Market(SimulatedSettings(signal=0.0))


def by_session(market: Market, *names: str) -> pd.DataFrame:
    """Values by their own date, on the sessions that all of them have."""
    columns = {}
    for name in names:
        frame = market.series[name]
        clock, value = ("date", "value") if "value" in frame else ("time", "close")
        stamps = pd.DatetimeIndex(frame[clock]).tz_localize(None)
        columns[name] = pd.Series(frame[value].to_numpy(), stamps)
    sessions = pd.DatetimeIndex(market.truth()["session"])
    return pd.DataFrame(columns).reindex(sessions).dropna()


@pytest.fixture(name="by_session", scope="session")
def by_session_fixture():
    return by_session
