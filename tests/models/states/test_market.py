"""On the real files: the four states that the study found."""

import numpy as np
import pandas as pd
import pytest

from models.states.describe import state_table
from models.states.fitting import fit_states
from models.states.schedule import walk_forward
from models.states.settings import StatesSettings


@pytest.fixture(scope="module")
def observations(market_folder):
    """Daily Nasdaq-100 log return and log VIX since 2005."""
    funds = pd.read_csv(market_folder / "equities/etf_adjclose.csv", index_col=0, parse_dates=True)
    vix = pd.read_csv(market_folder / "volatility/vix.csv", index_col=0, parse_dates=True)["close"]
    prices = funds["QQQ"].dropna()
    inputs = {"qqq_return": np.log(prices).diff(), "log_vix": np.log(vix.reindex(prices.index))}
    return pd.DataFrame(inputs).loc["2005":].rename_axis("session")


def test_four_states_read_calm_normal_elevated_crisis(observations):
    table = state_table(fit_states(observations, StatesSettings(first_starts=3)).states)
    np.testing.assert_allclose(table["vix"], [12.5, 17.0, 23.0, 37.0], rtol=0.04)
    assert table["stay"].between(0.93, 0.98).all()
    assert table["word"].tolist() == ["calm", "normal", "elevated", "crisis"]


def test_the_walk_knows_a_crisis_when_it_sees_one(observations):
    chosen = StatesSettings(starts=1, first_starts=3, refit_every=126)
    told = walk_forward(observations.loc[:"2012"], chosen).posteriors
    words = told["word"]
    assert (words.loc["2009-02":"2009-03"] == "crisis").all()
    assert (words.loc["2011-08-15":"2011-09"].isin(["elevated", "crisis"])).all()
    assert (words.loc["2012-08"].isin(["calm", "normal"])).all()
    vix = np.exp(observations["log_vix"]).groupby(words).mean()
    assert vix["normal"] < vix["elevated"] < vix["crisis"]
