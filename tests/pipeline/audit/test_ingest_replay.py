"""Ingest on a source that ends at a decision gives the same rows; what it made up is found."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline import params
from pipeline.audit.ingest_replay import how_replayed, replay_ingest
from pipeline.audit.stored import read_stored
from pipeline.catalogue import CATALOGUE
from pipeline.series.calendar import sessions
from pipeline.sources.files import FilesSource
from pipeline.stages import ingest
from tests.pipeline import own

pytestmark = pytest.mark.slow

HOLE, AFTER = "2019-03-05", "2019-03-06"
SESSIONS = sessions(own.FIRST, own.LAST)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own files, with a day without a quote, bars, funding, events and open interest."""
    monkeypatch.chdir(tmp_path)
    folder = own.make(tmp_path)
    table = own.tables()["volatility/vix.csv"]
    own.write(folder, "volatility/vix.csv", table.drop(pd.Timestamp(HOLE)))
    own.write(folder, "crypto/btc_4h.csv", own.bars("2019-01-01", "2019-12-30", "4h"))
    prints = own.bars("2019-01-01", "2019-12-30", "8h")[["volume"]].assign(volume=1e-4)
    own.write(folder, "crypto/btc_funding_binance.csv", prints.set_axis(["funding_rate"], axis=1))
    days = pd.date_range("2019-01-01", "2019-12-30")
    interest = pd.DataFrame({"open_interest_usd": 1e9 + np.arange(len(days))}, days)
    own.write(folder, "crypto/btc_oi_all_2025.csv", interest)
    releases = pd.DataFrame(index=pd.to_datetime(["2018-03-02", "2019-03-08", "2019-12-06"]))
    own.write(folder, "events/payrolls.csv", releases.assign(note="8:30"))
    return folder


def found(*days: str) -> list[str]:
    ingest.main()
    settings = params.load()
    raw = read_stored(settings.data.source)
    return [str(each) for each in replay_ingest(settings, raw, SESSIONS, positions(*days))]


def positions(*days: str) -> list[int]:
    return [int(SESSIONS.get_loc(day)) for day in days]


def test_honest_rows_are_those_of_the_source(folder: Path) -> None:
    assert found("2018-01-02", "2019-03-04", HOLE, "2019-11-11", "2019-12-31") == []
    assert "CSV files" in how_replayed("files")


def test_a_gap_that_ingest_interpolates_is_found(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = FilesSource.fetch

    def interpolating(self, series):
        rows = honest(self, series)
        if series.name != "vix" or rows is None:
            return rows
        days = SESSIONS[: SESSIONS.get_loc(rows["date"].max()) + 1]
        filled = rows.set_index("date")["value"].reindex(days).interpolate()
        return filled.rename_axis("date").reset_index()

    monkeypatch.setattr(FilesSource, "fetch", interpolating)
    (sentence,) = found()
    assert sentence.startswith("vix: data/raw has ")
    assert f"on {HOLE} and vix.csv has nothing there" in sentence


def test_a_shift_by_a_day_and_a_stamp_too_early_are_found(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        CATALOGUE, "btc_oi_all_b", replace(CATALOGUE["btc_oi_all_b"], stamp_hours=0.0)
    )
    honest = FilesSource.fetch

    def shifting(self, series):
        rows = honest(self, series)
        return rows.assign(value=rows["value"].shift(-1)) if series.name == "dxy" else rows

    monkeypatch.setattr(FilesSource, "fetch", shifting)
    assert [each.partition(":")[0] for each in found()] == ["dxy", "btc_oi_all_b"]


def test_what_later_rows_change_is_found_where_no_row_is_made_up(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interval measured over the whole file: no number of the file is another."""
    honest = FilesSource.fetch

    def measuring(self, series):
        rows = honest(self, series)
        if series.name != "btc_funding_binance":
            return rows
        return rows.assign(interval_hours=float(len(rows)))

    monkeypatch.setattr(FilesSource, "fetch", measuring)
    monkeypatch.setattr("pipeline.sources.intake.check", lambda *_: None)
    monkeypatch.setattr("pipeline.stages.ingest.inspect", lambda *_: [])
    (sentence,) = found("2019-06-03")
    assert "btc_funding_binance: data/raw differs" in sentence
    assert "interval_hours of 2019-01-01 is" in sentence


def test_a_row_that_was_put_into_the_store_is_found(folder: Path) -> None:
    ingest.main()
    settings = params.load()
    raw = read_stored("files")
    raw["vix"] = raw["vix"][raw["vix"]["date"] != pd.Timestamp(AFTER)].reset_index(drop=True)
    (finding,) = replay_ingest(settings, raw, SESSIONS, positions(AFTER))
    assert f"a row of {AFTER} is only in the replay" in str(finding)


def test_the_simulated_market_is_made_again_with_an_earlier_end(market, settings) -> None:
    position = int(market.sessions.get_loc("2018-06-15"))
    assert replay_ingest(settings, market.raw, market.sessions, [position]) == []
    shifted = market.raw["vix"].assign(value=market.raw["vix"]["value"].shift(-1))
    (finding,) = replay_ingest(
        settings, {**market.raw, "vix": shifted}, market.sessions, [position]
    )
    assert finding.about == "vix"
