"""How features are declared, found and refused."""

import re

import numpy as np
import pandas as pd
import pytest

from features.engine.declaration import FEATURES, TABLES
from features.registry import (
    FeatureError,
    compute,
    compute_last,
    feature,
    registered,
    running,
    select,
    table,
)
from pipeline.catalogue import CATALOGUE, JOINS

SIGNALS = {*(f"S{number:02d}" for number in range(1, 30)), "S33"}
RELIED_ON = [
    "vix_log_gap",
    "vix_zscore_252",
    "vix_over_low_63",
    "vix_over_realised_21",
    "move_over_vix",
    "slope_2y3m",
    "breakeven10y_level",
    "fed_funds_change_252",
    "slope_2s10s",
    "us2y_repricing_63",
    "composite_1",
    "composite_2",
    "composite_3",
    "composite_5",
    "composite_10",
    "composite_21",
    "composite_63",
    "composite_semideviation",
    "composite_scale",
    "composite_rms_252",
    "spy_drawdown_252",
    "tech_above_200",
    "tech_correlation_21",
    "qqq_return",
    "log_vix",
]


@pytest.fixture
def panel():
    sessions = pd.bdate_range("2024-01-01", periods=5, name="session")
    columns = {"yields": [1.0, 2.0, 4.0, 8.0, 16.0], "bar.high": 3.0, "members.AAA": 5.0}
    return pd.DataFrame(columns, index=sessions)


@pytest.fixture
def own():
    """An empty registry for a test's own features; the project's comes back after it."""
    registered()
    saved = [(store, dict(store)) for store in (FEATURES, TABLES)]
    for store, _content in saved:
        store.clear()
    yield
    for store, content in saved:
        store.clear()
        store.update(content)


def test_every_signal_has_a_feature():
    covered = {signal for each in select() for signal in each.signals}
    assert covered == SIGNALS


def test_the_names_that_models_rely_on_exist():
    assert [each.name for each in select(RELIED_ON)] == RELIED_ON


def test_each_feature_says_what_it_is():
    for each in select():
        assert each.about.endswith((".", ")")), each.name
        assert each.unit
        assert each.label != each.name, f"give {each.name} a label"
        assert each.inputs, each.name
        assert all(re.fullmatch(r"S\d\d", signal) for signal in each.signals)


def test_drivers_are_the_files_and_folders():
    drivers = {each.driver for each in select()}
    assert drivers == {
        "rates", "dollar", "conditions", "credit", "leadership", "volatility", "crypto",
        "coupling", "havens", "events", "timeframes",
    }  # fmt: skip


def test_features_read_series_of_the_catalogue_and_are_not_called_like_one():
    series = {*CATALOGUE, *(join.name for join in JOINS), "components"}
    families = {"in_tech", "in_semis", "in_software"}
    read = {name.partition(".")[0] for each in select() for name in each.inputs}
    assert read <= series | families
    assert not series & set(registered())


def test_the_settings_of_the_project_are_those_that_features_ask_for(settings):
    asked = {name for each in select() for name in each.settings}
    assert asked == set(settings)


def test_speeds_make_one_feature_each_with_its_window(own, panel):
    @feature("S01", label="yields {over}", unit="points", window=lambda n: n + 1, speeds=(1, 3))
    def move(yields, *, sessions):
        """Move of yields."""
        return yields - yields.shift(sessions)

    assert [(each.name, each.window) for each in select()] == [("move_1", 2), ("move_3", 4)]
    values = compute(panel, {})
    assert values.iloc[-1].tolist() == [8.0, 14.0]
    assert select(["move_3"])[0].about == "Move of yields."
    assert [each.label for each in select()] == ["yields today", "yields over 3 sessions"]


def test_a_feature_reads_bars_members_tables_and_other_features(own, panel):
    calls = []

    @table
    def doubled(members):
        calls.append("doubled")
        return members * 2.0

    @feature("S09", unit="USD", window=1)
    def dearest(doubled, bar__high):
        """Dearest member or high."""
        return doubled["AAA"].clip(lower=bar__high)

    @feature("S09", unit="USD", window=1)
    def above(dearest, doubled, *, floor):
        """How far above the floor."""
        return dearest - floor + 0.0 * doubled["AAA"]

    assert compute(panel, {"floor": 4.0}, ["above"])["above"].tolist() == [6.0] * 5
    assert calls == ["doubled"]
    assert select(["above"])[0].inputs == ("members", "bar.high")
    assert select(["above"])[0].settings == ("floor",)


def test_a_running_statistic_is_made_from_the_whole_panel_whatever_the_tail(own, panel):
    @running
    def highest(yields):
        """Highest so far."""
        return yields.cummax()

    @feature("S01", unit="points", window=1)
    def below(yields, highest):
        """Distance to the highest so far."""
        return highest - yields

    @feature("S01", unit="points", window=1)
    def twice(below):
        """Reads it through another."""
        return below * 2.0

    fallen = panel.assign(yields=[9.0, 2.0, 8.0, 3.0, 4.0])
    last = compute_last(fallen, {}, ["below", "twice"], 2)
    assert last["twice"].tolist() == [12.0, 10.0]
    pd.testing.assert_frame_equal(last, compute(fallen, {}).tail(2))
    assert all(each.running for each in select())


def test_windows_that_are_near_share_a_tail_and_a_longer_one_does_not(own, panel):
    seen = []

    @table
    def tail(yields):
        """What the features are given."""
        seen.append(len(yields))
        return yields

    def declare(name, window):
        def compute(tail):
            """Level."""
            return tail

        compute.__name__ = name
        feature("S01", unit="percent", window=window)(compute)

    long = pd.concat([panel] * 20, ignore_index=True)
    for name, window in (("two", 2), ("sixty", 60), ("fifty", 50), ("all", None)):
        declare(name, window)
    compute_last(long, {}, ["two", "sixty", "fifty", "all"], 3)
    assert seen == [2 + 3, 60 + 3, 100]


def test_a_group_takes_its_place_in_names_inputs_and_words(own):
    panel = pd.DataFrame({"a.next": [1.0, 2.0], "b.next": [5.0, 6.0]})

    @feature(
        "S29",
        label="{group} {over}",
        unit="",
        window=1,
        speeds=(1,),
        groups={"a": "an A", "b": "a B"},
    )
    def to_group(group__next, *, sessions):
        """Weekdays to {group}."""
        return group__next

    first, second = select(["to_a_1", "to_b_1"])
    assert (first.label, second.label) == ("an A today", "a B today")
    assert (first.about, second.inputs) == ("Weekdays to an A.", ("b.next",))
    assert first.digest != second.digest
    assert compute(panel, {})["to_b_1"].tolist() == [5.0, 6.0]


def test_components_are_the_series_that_the_setting_names(own, panel):
    @feature("S07", unit="points", window=1)
    def level(components):
        """Level of the only component."""
        return components["yields"]

    values = compute(panel, {"components": {"yields": "log"}, "scale_from": "1900"})
    np.testing.assert_allclose(values["level"], np.log(panel["yields"]))
    with pytest.raises(FeatureError, match="needs the setting 'components'"):
        compute(panel, {})
    with pytest.raises(FeatureError, match="reads 'gone'"):
        compute(panel, {"components": {"yields/gone": "log"}, "scale_from": "1900"})


def test_an_unknown_name_gets_the_nearest():
    with pytest.raises(
        FeatureError, match="no feature is called 'vix_gap'; did you mean vix_log_gap"
    ):
        select(["vix_gap"])


def test_two_of_one_name_are_refused(own):
    def yields_level(yields):
        """Level."""
        return yields

    declare = feature("S01", unit="percent", window=1)
    declare(yields_level)
    with pytest.raises(FeatureError, match="two features are called 'yields_level'"):
        declare(yields_level)


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (lambda yields: yields.iloc[1:], "5 sessions given to it, but returned a series of 4"),
        (lambda yields: yields.to_frame(), "returned a DataFrame"),
        (lambda yields: 1.0 / (yields - 4.0), "is infinite on 2024-01-03"),
        (lambda absent: absent, "reads 'absent', which the panel of 3 columns does not have"),
    ],
)
def test_a_wrong_feature_is_told_what_is_wrong(own, panel, returned, message):
    returned.__name__, returned.__doc__ = "wrong", "Wrong."
    feature("S01", unit="percent", window=1)(returned)
    with pytest.raises(FeatureError, match=re.escape(message)):
        compute(panel, {})


def test_settings_that_are_missing_or_do_not_fit_are_refused(own, panel):
    @feature("S12", unit="flag", window=lambda n: n)
    def low(yields, *, low_sessions):
        """Low of some sessions."""
        return yields.rolling(low_sessions).min()

    assert select(["low"])[0].window == 63
    with pytest.raises(FeatureError, match="needs the setting 'low_sessions'"):
        compute(panel, {})
    for wrong in (0, 64, 2.5, "ten"):
        with pytest.raises(FeatureError, match=rf"low_sessions is {wrong!r}; .* from 1 to 63"):
            compute(panel, {"low_sessions": wrong})


def test_no_members_in_the_panel_is_missing_breadth(settings, random_panel):
    bare = random_panel[[name for name in random_panel if not name.startswith(("members", "in_"))]]
    names = ["tech_above_200", "tech_correlation_21", "tech_coverage", "tech_dispersion_21"]
    assert compute(bare, settings, names).isna().all(axis=None)
