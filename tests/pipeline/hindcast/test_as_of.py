from pathlib import Path

import pandas as pd
import pytest
import yaml

from models.bundle import write_bundle
from pipeline import params
from pipeline.base.errors import ConfigurationError, DataMissingError
from pipeline.hindcast import as_of, backfill
from pipeline.hindcast.as_of import score_as_of
from pipeline.scoring import ledger
from pipeline.scoring.bundle import read_training
from pipeline.scoring.champion import deploy
from pipeline.stages import states
from pipeline.storage import store

DATE = "2017-11-20"


def cut_everything_after(session: pd.Timestamp) -> None:
    """Leave what the stages would have left had the data ended then."""
    for path in (store.PANEL, store.FEATURES, store.STATES, store.OUTLOOK):
        frame = store.read_parquet(path)
        store.write_parquet(frame[frame["session"] <= session], path)
    labels = store.read_labels()
    store.write_parquet(labels[labels["label_end"] <= session], store.SCENARIOS)
    for path in (store.RAW / "simulated").glob("btc_[14]h.parquet"):
        bars = store.read_parquet(path)
        decision = (session + pd.Timedelta("1D") + pd.Timedelta("30min")).tz_localize("UTC")
        store.write_parquet(bars[bars["time"] < decision], path)


def test_as_of_never_uses_what_came_later(run_folder: Path) -> None:
    whole = score_as_of(DATE)
    cut_everything_after(pd.Timestamp(DATE))
    assert score_as_of(DATE) == whole
    assert whole["session"] == DATE
    assert all(end < DATE for end in whole["model"]["fit_end"].values())


def refit_states_monthly() -> None:
    """Several fits of the states, the last of them after ``DATE``."""
    document = yaml.safe_load(params.PARAMS.read_text(encoding="utf-8"))
    document["states"]["model"]["refit_every"] = 21
    params.PARAMS.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    states.main()


def poison_the_final_fit() -> None:
    """Make the last fit of the states nonsense, wherever it is kept."""
    kept = store.read_fit(store.STATES_FIT)
    for fit in (kept["filter"]["fit"], kept["refits"][-1]["states"]):
        fit["words"] = ["poisoned"] * len(fit["words"])
        fit["parameters"]["means"] = fit["parameters"]["means"] * -7.0
    write_bundle(kept, store.STATES_FIT)


def test_as_of_has_the_states_of_its_date_whatever_the_final_fit(run_folder: Path) -> None:
    refit_states_monthly()
    settings, session = params.load(), pd.Timestamp(DATE)
    before = score_as_of(DATE)
    poison_the_final_fit()
    assert score_as_of(DATE) == before
    model = as_of.model_as_of(session, settings, read_training())
    published = store.read_sessions(store.STATES)
    assert model.states.fit.fit_end == published.at[session, "fit_end"] < session
    assert before["state"]["label"] == published.at[session, "word"] in model.states.fit.words
    # Its filter goes on where the published states do.
    following = published.index[published.index.get_loc(session) + 1]
    panel = store.read_sessions(store.PANEL).loc[:following]
    advanced, _filter = model.states.advance(model.observations(panel))
    pd.testing.assert_frame_equal(advanced, published.loc[[following]], check_dtype=False)


def test_backfill_knows_nothing_of_a_later_fit_of_the_states(
    run_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refit_states_monthly()
    settings = params.load()
    days = pd.date_range("2017-11-15", "2017-11-21", freq="B")
    monkeypatch.setattr(backfill, "_wanted", lambda _since, _settings: days)
    # A champion that was trained in the middle: it calls what came after by its own filter.
    content = as_of.content_as_of(
        settings, read_training(), store.read_fit(store.STATES_FIT), days[2]
    )
    write_bundle(content, store.MODEL)
    deploy(store.MODEL, version=1)
    honest = backfill.backfill("2017-11-15")
    ledger.FILE.unlink()
    poison_the_final_fit()
    poisoned = backfill.backfill("2017-11-15")
    assert len(honest) == len(poisoned) == len(days)
    for one, other in zip(honest, poisoned, strict=True):
        assert one | {"ledger": None} == other | {"ledger": None}


def test_as_of_takes_the_last_session_before_a_holiday_and_publishes_nothing(
    run_folder: Path,
) -> None:
    assert score_as_of("2017-11-23")["session"] == "2017-11-22"
    assert ledger.calls(simulated=True) == []


def test_as_of_says_nothing_of_a_session_that_the_data_do_not_reach(run_folder: Path) -> None:
    last = store.last_session()
    friday = last + pd.offsets.Week(weekday=4, n=0)
    cut_everything_after(friday - pd.Timedelta(days=7))
    end = store.last_session()
    weekend = f"{end + pd.offsets.Week(weekday=6):%Y-%m-%d}"
    assert score_as_of(weekend)["session"] == f"{end:%Y-%m-%d}"
    for later in (f"{end + pd.offsets.Week(weekday=1):%Y-%m-%d}", "2050-01-01"):
        with pytest.raises(DataMissingError, match=f"as of {later}: .* end on {end:%Y-%m-%d}"):
            score_as_of(later)


def test_as_of_says_what_it_cannot_do(run_folder: Path) -> None:
    with pytest.raises(ConfigurationError, match="not a date"):
        score_as_of("someday")
    with pytest.raises(DataMissingError, match="states begin on"):
        score_as_of("2001-01-02")


def test_a_date_too_early_for_one_of_the_models_is_refused_in_a_sentence(run_folder: Path) -> None:
    """Enough outcomes for the walk-forward, too few for the model ``component_drift``."""
    document = yaml.safe_load(params.PARAMS.read_text(encoding="utf-8"))
    document["outlook"]["models"]["component_drift"]["min_rows"] = 100_000
    document["outlook"]["pool"]["ahead"] = ["component_drift"]
    params.PARAMS.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    with pytest.raises(
        DataMissingError, match=f"as of {DATE} .*'component_drift'.*ask for a later date"
    ):
        score_as_of(DATE)


def test_backfill_fills_gaps_once_and_says_so(run_folder: Path) -> None:
    sessions = store.read_sessions(store.PANEL, []).index
    since = f"{sessions[-4]:%Y-%m-%d}"
    filled = backfill.backfill(since)
    assert [row["session"] for row in filled] == [f"{s:%Y-%m-%d}" for s in sessions[-4:]]
    assert {row["ledger"]["kind"] for row in filled} == {ledger.BACKFILL}
    assert backfill.backfill(since) == []
    first = filled[0]
    alone = score_as_of(since)
    assert {key: first[key] for key in alone} == alone


def test_a_backfill_that_was_cut_short_goes_on_with_the_same_model(run_folder: Path) -> None:
    since = f"{store.read_sessions(store.PANEL, []).index[-3]:%Y-%m-%d}"
    whole = backfill.backfill(since)
    assert len({call["model"]["name"] for call in whole}) == 1
    ledger.FILE.unlink()
    with ledger.writing() as database:
        ledger.append(database, whole[0])
    again = backfill.backfill(since)
    published = {"published_at": ""}
    assert [call | {"ledger": call["ledger"] | published} for call in again] == [
        call | {"ledger": call["ledger"] | published} for call in whole[1:]
    ]
