"""The calendar of events passes through as it is known."""

import pytest

from features.registry import compute


@pytest.mark.parametrize("event", ["fomc", "cpi", "payrolls", "earnings"])
def test_distance_to_and_since_each_event(event, random_panel, settings):
    names = [f"weekdays_to_{event}", f"sessions_since_{event}"]
    values = compute(random_panel, settings, names)
    assert values[names[0]].equals(random_panel[f"{event}.next"].rename(names[0]))
    assert values[names[1]].equals(random_panel[f"{event}.last"].rename(names[1]))


def test_fomc_of_18_june_2025(real_features):
    assert real_features.at["2025-06-18", "weekdays_to_fomc"] == 0.0
    assert real_features.at["2025-06-20", "sessions_since_fomc"] == 1.0


def test_calendars_that_the_user_has_not_written_are_missing(real_features):
    names = [f"sessions_since_{name}" for name in ("capex_guidance", "geopolitics", "gold_buying")]
    assert real_features[names].isna().all(axis=None)
