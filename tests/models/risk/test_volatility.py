"""What is forecast of a session is forecast whatever comes after it."""

import numpy as np
import pandas as pd

from models.risk.history import RETURNS, VIX
from models.risk.volatility import HarVix


def test_no_bit_of_a_forecast_depends_on_how_many_sessions_follow() -> None:
    random = np.random.default_rng(1)
    days = pd.bdate_range("2017-01-03", periods=400)
    columns = {RETURNS: random.normal(0, 0.01, 400), VIX: np.exp(random.normal(3, 0.2, 400))}
    history = pd.DataFrame(columns, index=days)
    model = HarVix(np.array([-1.4, 0.25, 0.37, 0.12, 0.49]))
    whole = model.forecast(history)
    for known in range(380, 400):
        pd.testing.assert_series_equal(
            model.forecast(history.iloc[:known]),
            whole.iloc[:known],
            check_exact=True,
            check_freq=False,
        )
