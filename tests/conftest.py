"""Fixtures that several test files share."""

from pathlib import Path

import pytest

MARKET = Path(__file__).resolve().parents[2] / "shared" / "market"


@pytest.fixture(scope="session")
def market_folder() -> Path:
    """The real market files, beside the project; skips where they are absent."""
    if not MARKET.is_dir():
        pytest.skip("the real market files are not here (expected in ../shared/market)")
    return MARKET
