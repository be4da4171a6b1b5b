"""Later stages without some data: what is optional may be absent, what is required is told."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.scenarios import SCENARIOS
from pipeline import params
from pipeline.base.errors import ConfigurationError, DataMissingError
from pipeline.series.calendar import sessions
from pipeline.settings.book import Book
from pipeline.stages import evaluate
from pipeline.training.labels import label_sessions


def observed(*without: str) -> pd.DataFrame:
    days = sessions("2015-01-02", "2018-12-31")
    names = [n for n in ("real10y", "dxy", "hy_oas", "vix", "qqq", "btc") if n not in without]
    walks = np.random.default_rng(2).normal(0.0, 0.01, (len(days), len(names))).cumsum(axis=0)
    return pd.DataFrame(50.0 * np.exp(walks), days, names)


def test_labels_do_without_bitcoin_and_their_version_says_so() -> None:
    settings = params.load().scenarios
    labels = label_sessions(observed("btc"), settings)
    assert set(labels["scenario"]) == set(SCENARIOS)
    assert set(labels["label_version"]) == {f"{settings.version}-without-btc"}
    assert labels["component_btc"].isna().all()
    assert set(label_sessions(observed(), settings)["label_version"]) == {settings.version}


def test_labels_do_not_do_without_a_required_component() -> None:
    with pytest.raises(ConfigurationError, match=r"scenarios\.components names vix"):
        label_sessions(observed("vix"), params.load().scenarios)


def test_a_session_without_a_price_ends_evaluate_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_arguments: object, **_named: object) -> None:
        raise ValueError("no return on 2019-10-07 (4 sessions); give the asset's return")

    class Training:
        outlook = states = values = pd.DataFrame()

    monkeypatch.setattr(evaluate, "read_training", Training)

    def panel(_path: object, names: list[str]) -> pd.DataFrame:
        return pd.DataFrame(1.0, pd.bdate_range("2019-10-01", periods=9, name="session"), names)

    monkeypatch.setattr(evaluate.store, "read_sessions", panel)
    monkeypatch.setattr(evaluate, "tiers", lambda *_arguments: pd.DataFrame())
    monkeypatch.setattr(evaluate, "score_policies", refuse)
    with pytest.raises(DataMissingError, match=r"cannot be followed \(no return on 2019-10-07"):
        evaluate._decisions(params.load())


def test_a_book_of_what_has_no_price_ends_evaluate_in_a_sentence() -> None:
    settings = params.load()
    wrong = settings.model_copy(update={"book": Book({"vix": 1.0})})
    with pytest.raises(ConfigurationError, match=r"params\.yaml: book\.weights\.vix has no price"):
        evaluate._decisions(wrong)


def test_a_wrong_policy_or_window_ends_evaluate_in_a_sentence() -> None:
    settings = params.load()
    tier = replace(settings.desk.tier, window="year")
    wrong = {"policy is 'jump'": {"policy": "jump"}, "tier.window is 'year'": {"tier": tier}}
    for told, changed in wrong.items():
        desk = replace(settings.desk, **changed)
        with pytest.raises(ConfigurationError, match=rf"params\.yaml: desk\.{told}"):
            evaluate._decisions(settings.model_copy(update={"desk": desk}))
