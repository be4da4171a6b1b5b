"""What was fetched once stays, whatever comes later; and every change is told."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.base.errors import SchemaError
from pipeline.storage.merge import Change, chained, merged, newest, refuse_other_unit

DAYS = pd.date_range("2024-01-01", periods=12)


def rows(values: dict[int, float], fetch: int = 0) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "date": DAYS[list(values)],
            "value": list(values.values()),
            "fetched_at": pd.Timestamp("2024-02-01", tz="UTC") + pd.Timedelta(days=fetch),
        }
    )


def test_new_rows_are_added_and_old_ones_stay() -> None:
    both, change = merged(rows({0: 1.0, 1: 2.0}), rows({1: 2.0, 2: 3.0}, 1), "date", 1e-5)
    assert list(both["value"]) == [1.0, 2.0, 3.0]
    assert change == Change(added=1)
    assert both["fetched_at"].nunique() == 2


def test_a_revision_keeps_both_values_and_the_newest_counts() -> None:
    both, change = merged(rows({0: 1.0, 1: 2.0}), rows({1: 2.2}, 1), "date", 1e-5)
    assert (change.revised, change.added) == (1, 0)
    assert change.largest == pytest.approx(0.2 / 2.2)
    assert list(both["value"]) == [1.0, 2.0, 2.2]
    assert list(newest(both, "date")["value"]) == [1.0, 2.2]


def test_a_value_within_the_tolerance_is_no_revision() -> None:
    both, change = merged(rows({0: 1.0}), rows({0: 1.000001}, 1), "date", 1e-5)
    assert change.revised == 0
    assert list(both["value"]) == [1.0]


def test_a_row_that_is_no_longer_sent_is_told_and_stays() -> None:
    both, change = merged(rows({0: 1.0, 1: 2.0, 2: 3.0}), rows({0: 1.0, 2: 3.0}, 1), "date", 1e-5)
    assert change.withdrawn == 1
    assert len(both) == 3


pages = st.lists(
    st.dictionaries(st.integers(0, 11), st.floats(1.0, 1.3), min_size=1, max_size=12), min_size=1
)


@settings(deadline=None, max_examples=40)
@given(pages)
@pytest.mark.slow
def test_nothing_once_fetched_is_ever_lost(given_pages: list[dict[int, float]]) -> None:
    stored = rows(dict(sorted(given_pages[0].items())))
    for number, page in enumerate(given_pages[1:], start=1):
        before = stored
        stored, _change = merged(before, rows(dict(sorted(page.items())), number), "date", 0.0)
        kept = stored.merge(before, how="inner")
        assert len(kept) == len(before)
    last = {day: value for page in given_pages for day, value in page.items()}
    shown = newest(stored, "date").set_index("date")["value"]
    assert shown.to_dict() == {DAYS[day]: value for day, value in last.items()}


@pytest.mark.parametrize("factor", [0.01, 0.001, 2.0, 100.0, 1e6])
def test_another_unit_is_refused(factor: float) -> None:
    known = rows({0: 4.1, 1: 4.2, 2: 4.3})
    page = known.assign(value=known["value"] * factor)
    with pytest.raises(SchemaError, match=r"times those stored.*its unit has changed"):
        refuse_other_unit(known, page, "date", "x")


def test_an_honest_revision_is_not_taken_for_another_unit() -> None:
    refuse_other_unit(rows({0: 4.1, 1: 4.2, 2: 4.3}), rows({0: 4.5, 1: 4.4, 2: 4.1}), "date", "x")


def test_a_restated_history_keeps_the_returns_of_what_it_no_longer_reaches() -> None:
    stored = rows({0: 100.0, 1: 110.0, 2: 121.0, 3: 133.1})
    whole = chained(stored, rows({2: 60.5, 3: 66.55, 4: 70.0}, 1), "date")
    assert list(whole["date"]) == list(DAYS[:5])
    np.testing.assert_allclose(whole["value"], [50.0, 55.0, 60.5, 66.55, 70.0])
