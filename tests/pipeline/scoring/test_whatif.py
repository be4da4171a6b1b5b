from pathlib import Path

import pytest

from pipeline.base.errors import ConfigurationError
from pipeline.scoring.gather import read_snapshot
from pipeline.scoring.model import load_model
from pipeline.scoring.whatif import Shock, parse, what_if
from pipeline.storage import store


def test_moves_are_read_in_their_unit() -> None:
    assert Shock("us10y", 25.0, "bp").applied(4.0) == pytest.approx(4.25)
    assert Shock("btc", -8.0, "%").applied(100_000.0) == pytest.approx(92_000.0)
    assert Shock("vix", 5.0, "").applied(15.0) == pytest.approx(20.0)
    assert Shock("btc_oi_change", -20.0, "%").applied(0.0) == pytest.approx(-0.22314, abs=1e-5)


def test_nothing_moves_when_nothing_is_moved(run_folder: Path) -> None:
    model = load_model(store.MODEL)
    result = what_if(model, read_snapshot(model), parse(["vix=+0"], model))
    assert result["before"] == result["after"]


def test_a_shock_to_volatility_moves_the_outlook_away_from_base(run_folder: Path) -> None:
    model = load_model(store.MODEL)
    shocks = parse(["vix=+80%", "btc=-15%", "spy=-6%", "qqq=-7%"], model)
    result = what_if(model, read_snapshot(model), shocks)
    before, after = (result[side]["probabilities"]["now"] for side in ("before", "after"))
    assert after["tightening_shock"] > before["tightening_shock"]
    assert [move["series"] for move in result["moves"]] == ["vix", "btc", "spy", "qqq"]
    assert result["moves"][0]["to"] == pytest.approx(result["moves"][0]["from"] * 1.8)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("us10y", "cannot be read as a move"),
        ("us10=+25bp", "did you mean 'us10y'"),
        ("btc=+5bp", "no basis"),
    ],
)
def test_a_move_that_cannot_be_read_is_refused(text: str, said: str, run_folder: Path) -> None:
    with pytest.raises(ConfigurationError, match=said):
        parse([text], load_model(store.MODEL))
