"""What was fetched, and when, is evidence of what was public and of which value it was."""

from pathlib import Path

import pandas as pd
import pytest

from pipeline.audit.first_fetched import check_first_fetched
from pipeline.audit.revisions import check_revisions
from pipeline.catalogue import CATALOGUE
from pipeline.series.calendar import sessions
from pipeline.sources.live import LiveSource
from pipeline.storage.landing import Landing

SESSIONS = sessions("2024-06-03", "2024-07-31")
SERIES = CATALOGUE["us10y"]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def fetch(last: pd.Timestamp, at: str, **changed: float) -> None:
    """Land a year of yields up to ``last``; some dates with another value than 4."""
    days = sessions("2024-01-02", f"{last:%Y-%m-%d}")
    rows = pd.DataFrame({"date": days, "value": 4.0})
    for day, value in changed.items():
        rows.loc[rows["date"] == pd.Timestamp(day.strip("_").replace("_", "-")), "value"] = value
    Landing(SERIES).add(rows, "fred", pd.Timestamp(at, tz="UTC"), 1e-5)


def fetch_every_evening(sessions_late: int, first: int = 10, last: int = 20) -> None:
    for place in range(first, last):
        now = SESSIONS[place] + pd.Timedelta(hours=25)
        fetch(SESSIONS[place - sessions_late], f"{now:%Y-%m-%d %H:%M}")


def test_values_that_come_when_the_lag_says_are_no_finding() -> None:
    fetch_every_evening(1)
    assert check_first_fetched(SESSIONS) == []


def test_values_that_always_come_later_than_the_lag_says_fail() -> None:
    fetch_every_evening(2)
    (finding,) = check_first_fetched(SESSIONS)
    assert finding.fails
    assert str(finding).startswith("us10y: 9 of 9 dates that fred brought one after the other")
    assert "2024-06-14 is used at 2024-06-18 00:30 UTC, was not there at 2024-06-18 01:00" in str(
        finding
    )


def test_one_late_date_is_a_remark_and_a_longer_history_is_none() -> None:
    fetch_every_evening(1, 10, 15)
    # This fetch brings a revision, and not the date that is due.
    evening = SESSIONS[15] + pd.Timedelta(hours=25)
    fetch(SESSIONS[13], f"{evening:%Y-%m-%d %H:%M}", _2024_02_01=4.1)
    fetch_every_evening(1, 16, 20)
    older = pd.DataFrame({"date": sessions("2023-01-03", "2023-06-30"), "value": 4.0})
    Landing(SERIES).add(older, "fred", pd.Timestamp("2024-07-30", tz="UTC"), 1e-5)
    (finding,) = check_first_fetched(SESSIONS)
    assert not finding.fails
    assert "us10y: 1 of 9 dates" in str(finding)


def test_a_revision_is_told_and_a_value_that_no_fetch_brought_fails() -> None:
    fetch_every_evening(1)
    fetch(SESSIONS[19], "2024-07-20", _2024_06_18=4.4)
    rows = LiveSource(Path("own")).fetch(SERIES)
    assert rows is not None
    (remark,) = check_revisions({"us10y": rows}, SESSIONS)
    assert not remark.fails
    assert "1 of its values were revised" in str(remark)
    assert "10.00% in us10y of 2024-06-20" in str(remark)
    made_up = rows.assign(value=rows["value"].where(rows["date"] != "2024-06-12", 3.0))
    failure = next(each for each in check_revisions({"us10y": made_up}, SESSIONS) if each.fails)
    assert "data/raw has 3 on 2024-06-12 of fred, whose newest fetch says 4" in str(failure)
