"""Conformal thresholds, drift and analogs from what the bundle remembers."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.evaluation.conformal import ConformalSettings, conformal_thresholds
from models.scenarios import SCENARIOS, Window
from pipeline.base.errors import ConfigurationError
from pipeline.scoring.analogs import analogs
from pipeline.scoring.book.rules import BookRules
from pipeline.scoring.drift import drift
from pipeline.scoring.reference import Reference, build, read_reference
from pipeline.scoring.snapshot import Snapshot
from pipeline.settings.book import Book
from pipeline.settings.desk import DeskSettings

COLUMNS = ["vix_log_gap", "slope_2s10s", "tech_above_200"]
AHEAD = Window("ahead", 0, 10)
SESSIONS = pd.bdate_range("2020-01-01", periods=600, name="session")
CONFORMAL = ConformalSettings(min_resolved=50)


BOOK = BookRules(Book({"qqq": 0.5, "btc": 0.5}), min_train=50, stress_vix=20.0)


def embargo(window: Window) -> int:
    return window.length


@pytest.fixture(scope="module")
def values(settings: DeskSettings) -> pd.DataFrame:
    random = np.random.default_rng(5)
    names = [*COLUMNS, *(name for name in settings.watched if name not in COLUMNS)]
    return pd.DataFrame(
        random.normal(size=(len(SESSIONS), len(names))), index=SESSIONS, columns=names
    )


@pytest.fixture(scope="module")
def labels() -> pd.DataFrame:
    codes = np.random.default_rng(6).integers(0, 3, len(SESSIONS) - 10)
    return pd.DataFrame(
        {
            "session": SESSIONS[:-10],
            "window": "ahead",
            "scenario": np.asarray(SCENARIOS)[codes],
            "label_end": SESSIONS[10:],
        }
    )


@pytest.fixture(scope="module")
def outlook() -> pd.DataFrame:
    proba = np.random.default_rng(7).dirichlet([3, 1, 1], len(SESSIONS))
    return pd.DataFrame(proba, columns=list(SCENARIOS)).assign(
        session=SESSIONS, window="ahead", model="pool"
    )


@pytest.fixture(scope="module")
def state(settings: DeskSettings, values, labels, outlook) -> dict:
    return build(settings, BOOK, COLUMNS, values, outlook, labels, [AHEAD], CONFORMAL, embargo)


@pytest.fixture(scope="module")
def reference(state: dict) -> Reference:
    return read_reference(state)


def test_the_distance_is_mahalanobis(reference: Reference, values: pd.DataFrame) -> None:
    known = values[COLUMNS]
    inverse = np.linalg.inv(known.cov().to_numpy())
    off = (known - known.mean()).to_numpy()
    expected = np.sqrt(np.array([row @ inverse @ row for row in off]) / len(COLUMNS))
    assert reference.distance(values) == pytest.approx(expected)
    inside = (reference.distance(values) <= reference.limit).mean()
    assert inside == pytest.approx(reference.settings.drift.quantile, abs=1 / len(values))


@pytest.mark.parametrize("sessions", [10, 60])
def test_thresholds_are_those_for_the_next_session(
    settings: DeskSettings, values, outlook: pd.DataFrame, labels: pd.DataFrame, sessions: int
) -> None:
    state = build(
        settings, BOOK, COLUMNS, values, outlook, labels, [AHEAD], CONFORMAL, lambda _: sessions
    )
    reference = read_reference(state)
    proba = outlook[list(SCENARIOS)].to_numpy()
    codes = pd.Categorical(labels["scenario"], categories=SCENARIOS).codes.astype(int)
    codes = np.append(codes, np.zeros(10, dtype=int))
    ends = np.arange(len(proba)) + 10
    ends[-10:] = np.iinfo(np.int64).max
    expected = conformal_thresholds(proba, codes, ends, embargo=sessions, settings=CONFORMAL)[-1]
    assert reference.thresholds["ahead"] == pytest.approx(expected)
    assert not np.isnan(expected).any()


def test_an_unknown_name_in_a_rule_is_refused(
    settings: DeskSettings, values, labels, outlook
) -> None:
    wrong = replace(settings, reentry={"vix_log_gapp": settings.reentry["vix_log_gap"]})
    with pytest.raises(ConfigurationError, match=r"params.yaml: desk: .*vix_log_gap"):
        build(wrong, BOOK, COLUMNS, values, outlook, labels, [AHEAD], CONFORMAL, embargo)


def test_a_session_like_none_before_is_out_of_distribution(
    reference: Reference, values: pd.DataFrame
) -> None:
    usual, odd = values.tail(1) * 0.0, values.tail(1) * 0.0 + 9.0
    assert not drift(reference, usual, values)["out_of_distribution"]
    guard = drift(reference, odd, values)
    assert guard["out_of_distribution"]
    assert guard["outside_range"] == COLUMNS
    assert guard["shifted"] == {}
    moved = values.assign(slope_2s10s=values["slope_2s10s"] + 5.0)
    assert list(drift(reference, usual, moved)["shifted"]) == ["slope_2s10s"]


def test_a_missing_input_stands_at_the_centre(reference: Reference, values: pd.DataFrame) -> None:
    centre = pd.DataFrame([reference.mean], columns=COLUMNS)
    assert reference.distance(centre * np.nan) == pytest.approx(
        reference.distance(centre), abs=1e-12
    )


def test_analogs_are_the_nearest_known_sessions_and_stand_apart(
    reference: Reference, values: pd.DataFrame, labels: pd.DataFrame
) -> None:
    prices = pd.DataFrame(
        {name: np.arange(1.0, len(SESSIONS) + 1) for name in ("spy", "qqq")}, index=SESSIONS
    ).assign(btc=np.nan)
    snapshot = Snapshot(prices, values, values, labels)
    found = analogs(reference, values.tail(1), snapshot, AHEAD)
    rows = [int(SESSIONS.get_loc(pd.Timestamp(each["session"]))) for each in found]
    apart = reference.settings.analogs.apart
    assert len(found) == reference.settings.analogs.count
    assert max(rows) < len(SESSIONS) - apart
    assert min(abs(a - b) for a in rows for b in rows if a != b) >= apart
    scores = np.clip(reference.standardised(values), -3, 3)
    distance = np.sqrt(((scores - scores[-1]) ** 2).mean(axis=1))
    assert rows[0] == int(distance[: -apart - 1].argmin())
    assert found[0]["spy"] == pytest.approx(10 / (rows[0] + 1))
    assert found[0]["btc"] is None
    assert found[0]["scenario"] == labels["scenario"][rows[0]]


def test_a_session_whose_outcome_is_not_over_is_no_analog(
    reference: Reference, values: pd.DataFrame, labels: pd.DataFrame
) -> None:
    prices = pd.DataFrame(1.0, index=SESSIONS, columns=["spy", "qqq", "btc"])
    alike, late = values.copy(), labels.assign(label_end=labels["label_end"] + pd.Timedelta("42D"))
    alike.iloc[-40:-1] = values.iloc[-1].to_numpy()
    found = analogs(reference, values.tail(1), Snapshot(prices, values, alike, late), AHEAD)
    ends = late.set_index("session")["label_end"].loc[[each["session"] for each in found]]
    assert len(found) == reference.settings.analogs.count
    assert ends.max() < SESSIONS[-1]


def test_a_session_that_lacks_an_input_of_today_is_no_analog(
    reference: Reference, values: pd.DataFrame, labels: pd.DataFrame
) -> None:
    prices = pd.DataFrame(1.0, index=SESSIONS, columns=["spy", "qqq", "btc"])
    holed = values.copy()
    holed.loc[SESSIONS[:300], COLUMNS[1:]] = np.nan
    found = analogs(reference, values.tail(1), Snapshot(prices, values, holed, labels), AHEAD)
    assert len(found) == reference.settings.analogs.count
    assert min(pd.Timestamp(each["session"]) for each in found) >= SESSIONS[300]
    nothing = Snapshot(prices, values, values * np.nan, labels)
    assert analogs(reference, values.tail(1), nothing, AHEAD) == []


def test_an_input_that_today_lacks_counts_for_no_session(
    reference: Reference, values: pd.DataFrame, labels: pd.DataFrame
) -> None:
    prices = pd.DataFrame(1.0, index=SESSIONS, columns=["spy", "qqq", "btc"])
    today = values.tail(1).assign(**{COLUMNS[0]: np.nan})
    first = analogs(reference, today, Snapshot(prices, values, values, labels), AHEAD)[0]
    both = reference.standardised(pd.concat([today, values.loc[[first["session"]]]]))[:, 1:]
    off = np.diff(np.clip(both, -3, 3), axis=0)
    assert first["distance"] == pytest.approx(np.sqrt((off**2).mean()))
