"""Official calendars say what happened; what was expected is added to them."""

import pandas as pd
import pytest

from pipeline.aligning.calendars import event_distances
from pipeline.aligning.clock import Clock
from pipeline.catalogue import CATALOGUE
from pipeline.series.announcements import with_announcements
from pipeline.series.calendar import sessions
from pipeline.sources.files import FilesSource

HAPPENED = {
    "fomc": ["2011-08-09", "2011-09-21", "2020-01-29", "2020-03-03", "2020-03-15", "2020-04-29"],
    "payrolls": ["2013-09-06", "2013-10-22", "2013-11-08", "2013-12-06"],
    "cpi": ["2013-09-17", "2013-10-30", "2013-11-20", "2025-09-11", "2025-10-24", "2025-12-18"],
}
EMERGENCIES = {"2020-03-03", "2020-03-15"}


def events(name: str) -> pd.DataFrame:
    rows = pd.DataFrame({"date": pd.to_datetime(HAPPENED[name])})
    if name == "fomc":
        rows["type"] = [
            "unscheduled" if day in EMERGENCIES else "scheduled" for day in HAPPENED[name]
        ]
    return with_announcements(rows, CATALOGUE[name])


def weekdays_to(name: str, session: str, expected: str) -> None:
    clock = Clock(sessions("2011-01-03", "2025-12-31"))
    distance = event_distances(events(name), CATALOGUE[name], clock)[f"{name}.next"]
    weekdays = len(pd.bdate_range(session, expected)) - 1
    assert distance[session] == weekdays, (name, session)


@pytest.mark.parametrize(
    ("name", "session", "expected"),
    [
        ("fomc", "2020-03-10", "2020-03-18"),
        ("fomc", "2020-03-13", "2020-03-18"),
        ("fomc", "2020-03-16", "2020-04-29"),  # called off on Sunday the 15th
        ("fomc", "2011-08-25", "2011-09-20"),
        ("fomc", "2011-08-26", "2011-09-21"),
        ("payrolls", "2013-09-30", "2013-10-04"),
        ("payrolls", "2013-10-02", "2013-11-01"),  # no new date while the government is shut
        ("payrolls", "2013-10-17", "2013-10-22"),
        ("cpi", "2013-09-30", "2013-10-16"),
        ("cpi", "2013-10-17", "2013-10-30"),
        ("cpi", "2025-09-30", "2025-10-15"),
        ("cpi", "2025-10-10", "2025-10-24"),
        ("cpi", "2025-12-01", "2025-12-18"),
    ],
)
def test_the_next_event_is_the_one_that_was_expected_then(
    name: str, session: str, expected: str
) -> None:
    weekdays_to(name, session, expected)


def test_an_event_that_was_called_off_did_not_happen_and_an_emergency_was_not_known_ahead() -> None:
    clock = Clock(sessions("2020-01-02", "2020-04-30"))
    fomc = event_distances(events("fomc"), CATALOGUE["fomc"], clock)
    assert fomc.loc["2020-03-02", "fomc.next"] == 12
    assert fomc.loc["2020-03-16", "fomc.last"] == 0  # the emergency of Sunday
    assert fomc.loc["2020-03-18", "fomc.last"] == 2


def test_what_a_file_says_itself_stays(tmp_path) -> None:
    (tmp_path / "events").mkdir()
    (tmp_path / "events" / "payrolls.csv").write_text(
        "date,announced,withdrawn\n2013-09-06,,\n2013-10-22,2013-10-18,\n2013-11-01,,2013-10-18\n"
    )
    series = CATALOGUE["payrolls"]
    rows = FilesSource(tmp_path).fetch(series)
    days = with_announcements(rows, series).set_index("date")
    assert days.at[pd.Timestamp("2013-10-22"), "announced"] == pd.Timestamp("2013-10-18")
    assert days.at[pd.Timestamp("2013-11-01"), "withdrawn"] == pd.Timestamp("2013-10-18")
    assert days.index.is_unique
    assert days.index.is_monotonic_increasing


def test_a_calendar_of_which_nothing_is_told_is_left_alone() -> None:
    rows = pd.DataFrame({"date": pd.to_datetime(["2020-05-01"]), "ticker": ["AAPL"]})
    assert with_announcements(rows, CATALOGUE["earnings"]) is rows
