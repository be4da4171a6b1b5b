"""Every rule that watches a feature is named as its reader."""

from pathlib import Path

from pipeline import params
from pipeline.board.readers import readers

ROOT = Path(params.__file__).resolve().parents[1]


def test_no_feature_that_a_rule_watches_is_without_a_reader() -> None:
    desk = params.load(ROOT / "params.yaml").desk
    read = readers(desk)
    assert [name for name in desk.watched if name not in read] == []


def test_readers_are_rules_windows_states_and_other_features() -> None:
    desk = params.load(ROOT / "params.yaml").desk
    read = readers(desk, {"model: ahead": ["vix_log_gap"], "states": ["log_vix"]})
    assert read["vix_log_gap"] == ["re-entry", "model: ahead"]
    assert read["log_vix"] == ["states", "feature: vix_log_gap"]
    assert {"checklist: crypto", "liquidation-driven tape"} <= set(
        read["btc_open_interest_change_5"]
    )
    assert "open-interest reset" in read["btc_reset_flag"]
