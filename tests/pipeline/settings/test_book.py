"""The user's book: what it may hold, and what is said of what it may not."""

import pytest

from pipeline.base.errors import ConfigurationError
from pipeline.catalogue import PRICED
from pipeline.settings.book import Book, check_priced


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        ({}, "holds nothing"),
        ({"spy": 0.0}, "holds nothing"),
        ({"spy": 1e-300}, "holds nothing"),
        ({"spy": -0.1, "qqq": 0.5}, r"book\.weights\.spy is -0\.1"),
        ({"spy": float("nan")}, r"book\.weights\.spy is nan"),
        ({"spy": 0.7, "qqq": 0.4}, r"sum to 1\.1"),
    ],
)
def test_a_book_that_cannot_be_held_is_refused(weights: dict[str, float], told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        Book(weights)


def test_what_is_left_is_cash() -> None:
    assert Book({"spy": 0.3, "btc": 0.1}).cash == pytest.approx(0.6)
    assert Book(dict.fromkeys(PRICED[:10], 0.1)).cash == pytest.approx(0.0)


def test_only_what_has_a_daily_price_can_be_held() -> None:
    check_priced(Book({"qqq": 0.5, "btc": 0.5}), PRICED)
    assert not {"vix", "us10y", "btc_4h", "stablecoin_supply", "members"} & set(PRICED)
    with pytest.raises(ConfigurationError, match=r"book\.weights\.qq has no price; did .* 'qqq'"):
        check_priced(Book({"qq": 1.0}), PRICED)
