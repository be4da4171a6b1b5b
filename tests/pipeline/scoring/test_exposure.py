"""The exposure of a call is the last point of the path that the back-test walks."""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline import params
from pipeline.base.errors import DataMissingError
from pipeline.desk.decision import decide
from pipeline.desk.history import evening, tiers
from pipeline.desk.holdings import Holding
from pipeline.desk.policy import make_policies, see
from pipeline.desk.target import plain_target
from pipeline.scoring.call import make_call, make_day
from pipeline.scoring.exposure import suggested
from pipeline.scoring.gather import read_snapshot
from pipeline.scoring.model import Model, load_model
from pipeline.scoring.reference import read_reference
from pipeline.scoring.snapshot import Snapshot
from pipeline.storage import store


def asked(model: Model, snapshot: Snapshot) -> float:
    reference = read_reference(model.desk)
    latest = model.latest(snapshot.panel, snapshot.published)
    day = make_day(model, snapshot, latest)
    said = decide(day, reference.settings)
    return suggested(model, reference, snapshot, evening(day, said, reference.settings.tier))


def with_rules(model: Model, **changed: object) -> Model:
    rules = read_reference(model.desk).settings
    return replace(model, desk={**model.desk, "settings": asdict(replace(rules, **changed))})


def plain(model: Model, snapshot: Snapshot) -> pd.Series:
    reference = read_reference(model.desk)
    returns = Holding.of(reference.book, snapshot.panel).returns
    return plain_target(returns, reference.settings.target, reference.settings.target.band)


def test_a_call_gives_what_the_back_test_holds(run_folder: Path) -> None:
    settings = params.load()
    outlook = store.read_parquet(store.OUTLOOK)
    states, values = store.read_sessions(store.STATES), store.read_sessions(store.FEATURES)
    judged = tiers(outlook, states, values, settings.desk)
    panel = store.read_sessions(store.PANEL, list(settings.book.weights))
    returns = Holding.of(settings.book, panel).returns
    walked = see(returns, judged, settings.desk.target, settings.desk.target.band)
    path = make_policies(settings.desk)[settings.desk.policy].exposure(walked)
    model = load_model(store.MODEL)
    calls = [make_call(model, read_snapshot(model, day)) for day in walked.days.index[[-9, -1]]]
    assert [call["exposure"] for call in calls] == path[[-9, -1]].tolist()
    assert calls[0]["policy"]["name"] == "target"


def test_tier_4_adds_nothing_to_what_was_held_before_its_run(run_folder: Path) -> None:
    model = load_model(store.MODEL)
    snapshot = read_snapshot(model)
    rules = read_reference(model.desk).settings
    always = replace(rules.tier, risk_levels=(0.0, 0.0, 0.0, 0.0))
    path = plain(model, snapshot)
    held = asked(with_rules(model, tier=always), snapshot)
    assert held == path[snapshot.published.index[0] :].min() < path.iloc[-1]
    assert asked(model, snapshot) == path.iloc[-1]


def test_insurance_follows_the_risk_of_the_day(run_folder: Path) -> None:
    model = load_model(store.MODEL)
    snapshot = read_snapshot(model)
    half = {"insurance": {"levels": (0.0, 1.0, 1.0, 1.0), "scales": (1.0, 0.5, 0.5, 0.5, 0.5)}}
    insured = with_rules(model, policy="insurance", policies=half)
    assert asked(insured, snapshot) == pytest.approx(plain(model, snapshot).iloc[-1] / 2)


def test_a_book_without_prices_is_told(run_folder: Path) -> None:
    model = load_model(store.MODEL)
    snapshot = read_snapshot(model)
    unpriced = snapshot.panel.assign(**dict.fromkeys(model.desk["book"]["book"]["weights"], np.nan))
    with pytest.raises(DataMissingError, match=r"fewer than 22 sessions .* a price of qqq and btc"):
        asked(model, replace(snapshot, panel=unpriced))
