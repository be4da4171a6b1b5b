"""The view between sessions: the same code, nothing later, nothing kept."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from pipeline import params
from pipeline.base.errors import ConfigurationError, DataMissingError
from pipeline.cli import app
from pipeline.hindcast.as_of import score_as_of
from pipeline.provisional import look as looking
from pipeline.provisional.known import brought_up, known_at
from pipeline.provisional.look import look
from pipeline.provisional.rows import rows_at
from pipeline.provisional.view import view
from pipeline.scoring.champion import load_champion
from pipeline.scoring.gather import read_snapshot
from pipeline.scoring.ledger import calls
from pipeline.series.kinds import Series
from pipeline.sources import open_source
from pipeline.storage import store
from tests.pipeline.hindcast.test_as_of import cut_everything_after

FRIDAY, SUNDAY = pd.Timestamp("2017-11-17"), "2017-11-19T23:00Z"
LATER = pd.Timestamp("2017-11-19 23:00", tz="UTC")


class Tampered:
    """The run's source, its rows after the moment gone or of other numbers."""

    def __init__(self, *, scrambled: bool) -> None:
        self._true, self._scrambled = open_source(params.load()), scrambled
        self.name = self._true.name

    def fetch(self, series: Series) -> pd.DataFrame | None:
        rows = self._true.fetch(series)
        if rows is None or not series.round_the_clock:
            return rows
        span = pd.Timedelta(series.interval) if series.kind == "bar" else pd.Timedelta(0)
        later = rows["time"] + span > LATER
        if not self._scrambled:
            return rows[~later]
        numbers = rows.select_dtypes("number").columns
        return rows.assign(**{name: rows[name].where(~later, -7e12) for name in numbers})


def text(at: str = SUNDAY) -> str:
    return json.dumps(look(at, params.load(), pd.Timestamp.now("UTC")))


def test_nothing_later_than_the_moment_moves_a_byte(
    run_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = text()
    found = json.loads(whole)
    assert found["fresh"]
    assert found["moved"]
    assert {"crypto"} <= {each["driver"] for each in found["drivers"]}
    for scrambled in (False, True):
        source = Tampered(scrambled=scrambled)
        monkeypatch.setattr(looking, "open_source", lambda _settings, given=source: given)
        assert text() == whole
    cut_everything_after(FRIDAY)
    assert text() == whole


def test_it_begins_where_the_call_of_the_session_stands(run_folder: Path) -> None:
    found = json.loads(text())
    call = json.loads(json.dumps(score_as_of("2017-11-19")))
    assert found["session"] == call["session"] == "2017-11-17"
    assert {name: call[name] for name in found["before"]} == found["before"]
    assert (found["provisional"], found["schema_version"]) == (True, 1)
    assert found["moment"] == "2017-11-19T23:00:00+00:00"
    assert found["next_decision_time"] == "2017-11-21T00:30:00+00:00"


def test_at_the_decision_it_is_the_call(run_folder: Path) -> None:
    settings = params.load()
    model = load_champion(settings.data.source)
    snapshot = read_snapshot(model)
    source = open_source(settings)
    decision = (snapshot.session + pd.Timedelta("1D30min")).tz_localize("UTC")
    rows = rows_at(looking.read_rows(source), decision, source.name)
    found = view(model, snapshot, rows, decision)
    assert found["before"] == found["after"]
    assert (found["fresh"], found["moved"]) == ([], [])


def test_only_the_last_row_and_only_what_never_closes_is_brought_up(run_folder: Path) -> None:
    settings = params.load()
    model = load_champion(settings.data.source)
    snapshot = read_snapshot(model).until(FRIDAY)
    rows = rows_at(looking.read_rows(open_source(settings)), LATER, "simulated")
    moved = brought_up(model, snapshot, rows, LATER)
    pd.testing.assert_frame_equal(moved.panel.iloc[:-1], snapshot.panel.iloc[:-1])
    here, there = snapshot.panel.iloc[-1], moved.panel.iloc[-1]
    other = [n for n in here.index if not (here[n] == there[n] or np.isnan(here[n]))]
    assert "btc" in other
    assert all(name.startswith(("btc", "eth")) for name in other)
    assert there["btc"] == rows["btc"]["close"].iloc[-1]
    pd.testing.assert_frame_equal(moved.published, snapshot.published)


def test_it_is_kept_nowhere(run_folder: Path) -> None:
    def kept() -> dict[str, str]:
        return {
            str(path): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in Path().rglob("*")
            if path.is_file()
        }

    before = kept()
    shown = CliRunner().invoke(app, ["now", "--at", SUNDAY], catch_exceptions=False).stdout
    assert "PROVISIONAL" in shown.splitlines()[1]
    assert kept() == before
    assert calls(simulated=True) == []


def test_without_a_moment_it_is_of_the_last_hour_that_the_data_reach(run_folder: Path) -> None:
    found = look(None, params.load(), pd.Timestamp.now("UTC"))
    assert found["session"] == f"{store.last_session():%Y-%m-%d}"
    assert found["moment"] >= found["decision_time"]


@pytest.mark.parametrize(
    ("at", "error", "sentence"),
    [
        ("2017-11-19", ConfigurationError, "write it as 2025-02-02T23:00Z"),
        ("2017-13-19T23:00Z", ConfigurationError, "is not an instant of UTC"),
        ("2199-11-19T23:00Z", ConfigurationError, "is to come"),
        ("2018-03-01T10:00Z", DataMissingError, "the panel ends on 2017-12-29"),
        ("2010-03-01T10:00Z", DataMissingError, "the panel begins on 2012-01-03"),
        ("2012-03-01T10:00Z", DataMissingError, "the stages left nothing of 2012-02-29"),
    ],
)
def test_a_moment_that_cannot_be_gets_one_sentence(
    run_folder: Path, at: str, error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        text(at)


def test_a_day_after_the_decision_crypto_alone_is_of_a_row_of_its_own(run_folder: Path) -> None:
    settings = params.load()
    model = load_champion(settings.data.source)
    snapshot = read_snapshot(model).until(FRIDAY)
    whole = looking.read_rows(open_source(settings))
    last = model.latest(snapshot.panel, snapshot.published).iloc[-1]

    def latest(at: str) -> pd.Series:
        moment = pd.Timestamp(at, tz="UTC")
        rows = rows_at(whole, moment, "simulated")
        return known_at(model, snapshot, rows, moment)[1].iloc[-1]

    closes = whole["btc"].set_index("time")["close"]
    saturday = closes[pd.Timestamp("2017-11-18", tz="UTC")]
    fifth, sixth = (snapshot.panel["btc"].iloc[-row] for row in (5, 6))
    # Within a day it is part of Friday's row, whose five sessions begin the Friday before; then of
    # Monday's, whose five begin on Monday.
    assert last["btc_return_5"] == pytest.approx(np.log(snapshot.panel["btc"].iloc[-1] / sixth))
    assert latest("2017-11-18 23:00")["btc_return_5"] == last["btc_return_5"]
    assert latest("2017-11-19 23:00")["btc_return_5"] == pytest.approx(np.log(saturday / fifth))
    exchange = ["tech_above_50", "vix_log_gap", "spy_realised_5_over_63", "dxy_momentum_21"]
    pd.testing.assert_series_equal(
        latest("2017-11-19 23:00")[exchange], last[exchange], check_names=False
    )
