"""Returns of a book."""

import numpy as np
import pandas as pd

from models.evaluation.book_returns import book_returns

SESSIONS = pd.date_range("2024-01-01", periods=3, name="session")
PRICES = pd.DataFrame({"a": [100.0, 110.0, 99.0], "b": [np.nan, 50.0, 55.0]}, index=SESSIONS)


def test_a_book_is_rebalanced_and_has_no_return_while_a_holding_has_no_price() -> None:
    both = book_returns({"a": 0.5, "b": 0.5}, PRICES)
    assert both.isna().tolist() == [True, True, False]
    assert np.isclose(both.iloc[2], 0.5 * -0.1 + 0.5 * 0.1)


def test_the_rest_is_cash_and_what_is_not_held_needs_no_price() -> None:
    bill = pd.Series(0.001, index=SESSIONS)
    earned = book_returns({"a": 0.6, "b": 0.0}, PRICES, bill)
    assert np.allclose(earned.iloc[1:], [0.06 + 0.0004, -0.06 + 0.0004])
