"""Publishing: once, when it is due, on what is due, and told for what it is."""

import json
import logging
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from models.bundle import read_bundle, write_bundle
from pipeline import params
from pipeline.base.errors import ConfigurationError, DataMissingError, ModelError
from pipeline.cli import app
from pipeline.hindcast.as_of import score_as_of
from pipeline.hindcast.backfill import backfill
from pipeline.scoring import ledger
from pipeline.scoring.bundle import build_bundle
from pipeline.scoring.champion import champion_folder, deploy
from pipeline.scoring.current_outcomes import read_outcomes
from pipeline.scoring.freshness import late
from pipeline.scoring.late import LateError
from pipeline.scoring.model import load_model
from pipeline.scoring.publish import kind, publish_latest
from pipeline.storage import store
from tests import forked

FRIDAY = pd.Timestamp("2017-12-22")
TUESDAY = pd.Timestamp("2017-12-26")
LAST = pd.Timestamp("2017-12-29")


def at(when: str) -> pd.Timestamp:
    return pd.Timestamp(when, tz="UTC")


@pytest.fixture(scope="session")
def real_run(finished_run: Path, once: Callable[[str, Callable[[], None]], Path]) -> Path:
    """The finished run as if its market were a real one, whose files the user brings."""

    def make() -> None:
        shutil.copytree(finished_run, ".", dirs_exist_ok=True)
        shutil.move(store.RAW / "simulated", store.RAW / "files")
        text = Path("params.yaml").read_text(encoding="utf-8")
        assert "source: simulated" in text
        Path("params.yaml").write_text(text.replace("source: simulated", "source: files"))
        build_bundle(params.load())
        deploy(store.MODEL, version=3)

    return once("real", make)


@pytest.fixture
def real(real_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it that a test may change, and is working in."""
    folder = tmp_path / "run"
    shutil.copytree(real_run, folder)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[pd.Timestamp]]:
    """One instant that the process takes for now."""
    now = [at("2017-12-30 00:45")]
    monkeypatch.setattr(pd.Timestamp, "now", lambda _zone=None: now[0])
    return now


def end_panel_on(session: str) -> None:
    """Cut what align leaves, as if later sessions had not come yet."""
    for path in (store.PANEL, store.OBSERVED):
        store.write_parquet(store.read_sessions(path).loc[:session], path)


def without_last(series: str) -> None:
    """Carry yesterday's value of a series, as align does when a file is a day late."""
    panel = store.read_sessions(store.PANEL)
    here = panel.columns.get_loc(series), panel.columns.get_loc(f"{series}.age")
    panel.iloc[-1, here[0]] = panel.iloc[-2, here[0]]
    panel.iloc[-1, here[1]] = panel.iloc[-2, here[1]] + 1
    store.write_parquet(panel, store.PANEL)
    path = store.RAW / "files" / f"{series}.parquet"
    rows = store.read_parquet(path)
    store.write_parquet(rows[rows["date"] < rows["date"].max()], path)


def test_a_call_is_published_once(real: Path, clock: list[pd.Timestamp]) -> None:
    first = publish_latest("files")
    assert first["session"] == "2017-12-29"
    assert first["model"]["version"] == 3
    assert first["ledger"]["kind"] == ledger.LIVE
    assert first["late"] == first["despite_late"] == []
    clock[0] += pd.Timedelta("1h")
    assert publish_latest("files") == first
    assert ledger.calls(simulated=False) == [first]


def test_no_session_is_called_before_its_decision_time(
    real: Path, clock: list[pd.Timestamp], caplog: pytest.LogCaptureFixture
) -> None:
    """A row of today at 15:00 UTC is no close: yesterday's call it is, and today's in the evening.

    The champion was trained before either session.
    """
    as_if_trained_on("2017-12-27")
    clock[0] = at("2017-12-29 15:05")
    with caplog.at_level(logging.WARNING, logger="undertow"):
        assert publish_latest("files")["session"] == "2017-12-28"
    assert "2017-12-29 is called from 2017-12-30 00:30 UTC on" in caplog.text
    clock[0] = at("2017-12-30 00:30")
    assert publish_latest("files")["session"] == "2017-12-29"


def as_if_trained_on(session: str) -> None:
    """Have the champion's filter stand at an earlier session, as an older training's does."""
    folder = champion_folder("files")
    content = read_bundle(folder)
    older = store.DATA / "older"
    older.mkdir()
    states = store.read_sessions(store.STATES)
    row = states.loc[session]
    content["states"] |= {
        "session": f"{session}T00:00:00",
        "posterior": row.filter(regex=r"^state_\d+$").to_numpy(dtype=float),
        "label": int(row["label"]),
        "age": int(row["age"]),
    }
    write_bundle(content, older)
    deploy(older, version=1)


def test_a_champion_rewritten_under_its_name_does_not_speak(run_folder: Path) -> None:
    folder = champion_folder("simulated")
    content = read_bundle(folder)
    content["label_definition"]["version"] = "rewritten"
    write_bundle(content, folder)
    with pytest.raises(ModelError, match=r"is not the bundle of model \w{12} that was put there"):
        publish_latest("simulated")


def test_a_bundle_bears_the_name_of_its_content_and_no_other(run_folder: Path) -> None:
    folder = store.MODEL
    write_bundle(read_bundle(folder) | {"name": "0123456789ab"}, folder)
    with pytest.raises(ModelError, match=r"calls its model 0123456789ab, and its content is"):
        load_model(folder)


@pytest.mark.parametrize(
    ("series", "due"), [("qqq", "2017-12-29"), ("vix", "2017-12-29"), ("hy_oas", "2017-12-28")]
)
def test_a_required_series_a_day_late_is_refused_by_name(
    real: Path, clock: list[pd.Timestamp], series: str, due: str
) -> None:
    without_last(series)
    last = store.read_parquet(store.RAW / "files" / f"{series}.parquet")["date"].max()
    told = rf"{series} .* ends on {last:%Y-%m-%d} and should have {due}.*data\.end"
    with pytest.raises(LateError, match=told) as caught:
        publish_latest("files")
    assert [(each["series"], each["due"]) for each in caught.value.behind] == [(series, due)]
    assert ledger.calls(simulated=False) == []
    call = publish_latest("files", [series])
    assert call["despite_late"] == [series]
    assert [(each["series"], each["due"]) for each in call["late"]] == [(series, due)]


def test_every_late_series_is_told_at_once(real: Path, clock: list[pd.Timestamp]) -> None:
    without_last("qqq")
    without_last("spy")
    with pytest.raises(
        DataMissingError, match=r"qqq .*; spy .*--despite-late qqq --despite-late s"
    ):
        publish_latest("files")
    with pytest.raises(DataMissingError, match=r"published: spy"):
        publish_latest("files", ["qqq"])


def test_a_holiday_of_the_bond_market_makes_no_yield_late(
    real: Path, clock: list[pd.Timestamp]
) -> None:
    """On Columbus Day there is no yield, so on the Tuesday after Friday's is the newest."""
    panel = store.read_sessions(store.PANEL).loc[:"2017-10-10"]
    assert panel["us10y.age"].iloc[-1] in {1, 2}
    panel.loc["2017-10-10", ["us2y.age", "us10y.age", "real10y.age"]] = 2.0
    assert late(["us2y", "us10y", "real10y"], panel) == []
    panel.loc["2017-10-10", "us10y.age"] = 3.0
    assert late(["us10y"], panel) == [
        {"series": "us10y", "last": "2017-10-05", "due": "2017-10-06"}
    ]


def test_only_a_required_series_may_be_late_by_name(real: Path) -> None:
    with pytest.raises(ConfigurationError, match="not a required series: vixx"):
        publish_latest("files", ["vixx"])


@pytest.mark.parametrize(
    ("session", "now", "expected"),
    [
        (TUESDAY, "2017-12-27 00:31", ledger.LIVE),
        (TUESDAY, "2017-12-27 14:29", ledger.LIVE),
        (TUESDAY, "2017-12-27 14:31", ledger.BACKFILL),
        # In summer New York is an hour nearer to UTC.
        (pd.Timestamp("2017-07-11"), "2017-07-12 13:29", ledger.LIVE),
        (pd.Timestamp("2017-07-11"), "2017-07-12 13:31", ledger.BACKFILL),
        # Monday is Christmas: the next open is Tuesday's.
        (FRIDAY, "2017-12-25 20:00", ledger.LIVE),
        (FRIDAY, "2017-12-26 14:31", ledger.BACKFILL),
        (TUESDAY, "2026-01-01 00:00", ledger.BACKFILL),
    ],
)
def test_a_call_is_live_until_the_next_session_opens(
    session: pd.Timestamp, now: str, expected: str
) -> None:
    assert kind(session, at(now), simulated=False) == expected
    assert kind(session, at(now), simulated=True) == ledger.LIVE


def test_a_skipped_evening_is_told_and_filled_without_a_retrain(
    real: Path, clock: list[pd.Timestamp], caplog: pytest.LogCaptureFixture
) -> None:
    as_if_trained_on("2017-12-26")
    whole = {path: store.read_sessions(path) for path in (store.PANEL, store.OBSERVED)}
    end_panel_on("2017-12-26")
    clock[0] = at("2017-12-27 00:45")
    publish_latest("files")
    for path, frame in whole.items():
        store.write_parquet(frame, path)
    clock[0] = at("2017-12-30 00:45")
    with caplog.at_level(logging.WARNING, logger="undertow"):
        newest = publish_latest("files")
    assert "of 2017-12-27, 2017-12-28; `undertow backfill --since 2017-12-27`" in caplog.text
    # Nothing that a retrain would have left is there of these sessions.
    for path in (store.FEATURES, store.STATES):
        store.write_parquet(store.read_sessions(path).loc[:"2017-12-26"], path)
    filled = backfill("2017-12-26")
    assert [call["session"] for call in filled] == ["2017-12-27", "2017-12-28"]
    assert {call["ledger"]["kind"] for call in filled} == {ledger.BACKFILL}
    assert {call["model"]["name"] for call in filled} == {newest["model"]["name"]}
    assert newest in ledger.calls(simulated=False)
    assert filled[1]["probabilities"] == score_as_of("2017-12-28")["probabilities"]


def test_backfill_waits_for_values_that_may_still_come(
    real: Path, clock: list[pd.Timestamp]
) -> None:
    """Else the evening's call would stand for ever, made of yesterday's prices."""
    as_if_trained_on("2017-12-28")
    without_last("qqq")
    with pytest.raises(DataMissingError, match=r"2017-12-29 is not published: qqq"):
        backfill("2017-12-29")
    assert ledger.calls(simulated=False) == []


@pytest.mark.parametrize("harm", ["gone", "damaged"])
def test_backfill_publishes_nothing_where_no_champion_could_have_called(
    real: Path, clock: list[pd.Timestamp], harm: str
) -> None:
    for path in (store.FEATURES, store.STATES):
        store.write_parquet(store.read_sessions(path).loc[:"2017-12-27"], path)
    if harm == "gone":
        shutil.rmtree(store.CHAMPION)
    else:
        (champion_folder("files") / "hashes.json").write_text("{}")
    with pytest.raises(ModelError):
        backfill("2017-12-27")
    assert ledger.calls(simulated=False) == []


def test_backfill_asks_no_champion_that_knows_what_came_after(
    real: Path, clock: list[pd.Timestamp]
) -> None:
    """An older training's files lie here, as after `dvc checkout`; the champion is newer."""
    for path in (store.FEATURES, store.STATES):
        store.write_parquet(store.read_sessions(path).loc[:"2017-12-27"], path)
    with pytest.raises(ModelError, match=r"end on 2017-12-27 .* call of 2017-12-28 would know"):
        backfill("2017-12-28")
    assert ledger.calls(simulated=False) == []


def test_a_panel_that_data_end_cuts_is_called_as_it_is(
    real: Path, clock: list[pd.Timestamp], caplog: pytest.LogCaptureFixture
) -> None:
    text = Path("params.yaml").read_text(encoding="utf-8")
    Path("params.yaml").write_text(text.replace("end: null", "end: '2017-12-29'", 1))
    assert params.load().data.end == "2017-12-29"
    clock[0] = at("2018-01-03 00:45")
    with caplog.at_level(logging.WARNING, logger="undertow"):
        result = CliRunner().invoke(app, ["score", "--json"])
    assert json.loads(result.stdout)["session"] == "2017-12-29"
    assert "data.end of params.yaml ends the data on 2017-12-29" in caplog.text


def test_backfill_tells_of_a_hole_and_goes_on(real: Path, clock: list[pd.Timestamp]) -> None:
    as_if_trained_on("2017-12-27")
    panel = store.read_sessions(store.PANEL)
    panel.loc["2017-12-28", "hy_oas.age"] = 2.0
    store.write_parquet(panel, store.PANEL)
    filled = {call["session"]: call["late"] for call in backfill("2017-12-28")}
    assert filled == {
        "2017-12-28": [{"series": "hy_oas", "last": "2017-12-26", "due": "2017-12-27"}],
        "2017-12-29": [],
    }


@pytest.mark.parametrize(
    ("now", "words", "code"),
    [
        ("2018-01-03 00:45", [], "the session of 2018-01-02 is due, and the files in .* reach"),
        ("2018-01-03 00:45", ["--no-fetch"], None),
        ("2018-01-02 00:45", [], None),  # New Year's Day is no session
        ("2018-02-20 00:45", [], None),  # an archive
    ],
)
def test_files_that_are_behind_make_no_call_of_tonight(
    real: Path, clock: list[pd.Timestamp], words: list[str], now: str, code: str | None
) -> None:
    clock[0] = at(now)
    result = CliRunner().invoke(app, ["score", "--json", *words])
    if code is None:
        assert json.loads(result.stdout)["session"] == "2017-12-29"
    else:
        assert isinstance(result.exception, DataMissingError)
        assert re.search(code, str(result.exception))
        assert "data.end" in str(result.exception)


def test_a_champion_says_nothing_of_a_session_before_its_training_ended(
    real: Path, clock: list[pd.Timestamp]
) -> None:
    end_panel_on("2017-12-28")
    with pytest.raises(ModelError, match=r"trained on sessions to 2017-12-29.*--as-of 2017-12-28"):
        publish_latest("files")
    assert ledger.calls(simulated=False) == []


def test_outcomes_close_as_sessions_pass_without_a_retrain(
    real: Path, clock: list[pd.Timestamp]
) -> None:
    labels = store.read_labels()
    whole = labels[labels["window"] == "ahead"].set_index("session")["scenario"]
    call = {
        "session": "2017-12-14",
        "scenario": "base",
        "probabilities": {"ahead": dict.fromkeys(whole.unique(), 0.25)},
    }
    store.write_parquet(labels[labels["session"] < "2017-11-01"], store.SCENARIOS)
    features = store.read_sessions(store.FEATURES)
    store.write_parquet(features.loc[:"2017-12-01"], store.FEATURES)
    outcomes = read_outcomes(params.load())
    assert outcomes.of(call)["happened"] == whole[pd.Timestamp("2017-12-14")]
    assert outcomes.of(call | {"session": "2017-12-15"}) is None
    name = params.load().desk.outcomes.correlation
    pd.testing.assert_series_equal(outcomes.correlation, features[name], check_freq=False)


def test_a_panel_of_another_market_tells_no_outcome(real: Path) -> None:
    shutil.move(store.RAW / "files", store.RAW / "simulated")
    with pytest.raises(DataMissingError, match=r"made of data.source 'simulated', which cannot"):
        read_outcomes(params.load())


def test_without_a_champion_the_exit_code_is_five_and_the_remedy_told(run_folder: Path) -> None:
    shutil.rmtree(store.CHAMPION)
    run = forked.run(["-m", "pipeline.cli", "score", "--json"], run_folder)
    assert run.returncode == 5
    assert run.stdout == ""
    assert len(run.stderr.strip().splitlines()) == 1
    assert "undertow promote" in run.stderr


def test_rows_of_two_sources_are_not_scored(run_folder: Path) -> None:
    shutil.copytree(store.RAW / "simulated", store.RAW / "files")
    with pytest.raises(DataMissingError, match="holds rows of files, simulated"):
        store.source()
