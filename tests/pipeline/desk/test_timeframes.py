import numpy as np
import pandas as pd
import pytest

from pipeline.desk.timeframes import names, trends
from pipeline.scoring.snapshot import Snapshot
from pipeline.settings.desk import FrameSettings

SETTINGS = FrameSettings(daily=(3,), intraday={"btc_4h": 2, "btc_1h": 2})
SESSIONS = pd.DatetimeIndex(["2024-01-03", "2024-01-04", "2024-01-05"], name="session")
PANEL = pd.DataFrame({"spy": [100.0, 110.0, 120.0], "btc": [3.0, 2.0, 1.0]}, index=SESSIONS)


def bars(*closes: float, end: str = "2024-01-06 00:00") -> pd.DataFrame:
    """Four-hour bars whose last one is complete at ``end``."""
    times = pd.date_range(
        end=pd.Timestamp(end, tz="UTC") - pd.Timedelta("4h"), periods=len(closes), freq="4h"
    )
    return pd.DataFrame({"time": times, "close": closes})


def test_a_daily_trend_is_the_close_over_its_mean() -> None:
    last = trends(PANEL, {}, SETTINGS).iloc[-1]
    assert last["spy_trend_3"] == pytest.approx(np.log(120 / 110))
    assert last["btc_trend_3"] == pytest.approx(np.log(1 / 2))


def test_an_intraday_trend_uses_bars_complete_at_the_decision_and_fresh() -> None:
    given = bars(10.0, 20.0, 40.0)
    assert trends(PANEL, {"btc_4h": given}, SETTINGS)["btc_4h_trend"].iloc[-1] == pytest.approx(
        np.log(40 / 30)
    )
    # A bar that ends after 00:30 UTC is not known, and one from two days ago says nothing.
    late = bars(10.0, 20.0, 40.0, end="2024-01-06 04:00")
    assert trends(PANEL, {"btc_4h": late}, SETTINGS)["btc_4h_trend"].iloc[-1] == pytest.approx(
        np.log(20 / 15)
    )
    old = bars(10.0, 20.0, 40.0, end="2024-01-04 00:00")
    assert np.isnan(trends(PANEL, {"btc_4h": old}, SETTINGS)["btc_4h_trend"].iloc[-1])


def test_a_bar_in_progress_at_the_decision_is_not_in_the_material() -> None:
    # It opens at 00:00, half an hour before the decision, and its close is that of 04:00.
    given = bars(10.0, 20.0, 900.0, end="2024-01-05 04:00")
    none = pd.DataFrame(index=SESSIONS)
    labels = pd.DataFrame({"label_end": SESSIONS})
    snapshot = Snapshot(PANEL, none, none, labels, {"btc_4h": given})
    seen = snapshot.until(SESSIONS[1])
    assert seen.bars["btc_4h"]["close"].tolist() == [10.0, 20.0]
    assert snapshot.until(SESSIONS[2]).bars["btc_4h"]["close"].tolist() == [10.0, 20.0, 900.0]
    known = trends(seen.panel, seen.bars, SETTINGS)["btc_4h_trend"]
    assert known.iloc[-1] == pytest.approx(np.log(20 / 15))


def test_absent_bars_are_missing_and_every_trend_has_its_name() -> None:
    made = trends(PANEL, {}, SETTINGS)
    assert list(made) == list(names(SETTINGS))
    assert made[["btc_4h_trend", "btc_1h_trend"]].isna().all(axis=None)
