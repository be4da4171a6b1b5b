"""Every word of today's call is explained, and the place where it is set exists."""

import pytest
import yaml

from pipeline import params
from pipeline.report.cards import model_words
from pipeline.report.glossary import glossary
from pipeline.report.inputs import Inputs


@pytest.fixture(scope="module")
def document(page):
    return yaml.safe_load((page.folder / params.PARAMS).read_text())


@pytest.fixture
def entries(page, monkeypatch, rules_of):
    monkeypatch.chdir(page.folder)
    return {entry.word: entry for entry in glossary(rules_of(params.load()))}


def test_each_word_names_an_entry_of_the_parameters(entries, document) -> None:
    for entry in entries.values():
        found = document
        for key in entry.setting.split("."):
            assert key in found, entry
            found = found[key]


def test_limits_are_those_that_the_call_was_made_by(entries, document, rules_of) -> None:
    assert "ends above +0.5" in entries["tightening-shock"].meaning
    assert "30 %, 40 %, 50 % and 60 %" in entries["risk tier"].meaning
    assert "over the next 10 sessions" in entries["large move"].meaning
    assert "15 % volatility a year" in entries["suggested exposure"].meaning
    document["scenarios"]["tightening_above"] = 0.7
    document["desk"]["tier"]["risk_levels"] = [0.1, 0.3, 0.4, 0.55]
    changed = {entry.word: entry for entry in glossary(rules_of(params.Params(**document)))}
    assert "ends above +0.7" in changed["tightening-shock"].meaning
    assert "a large move of 10 %" in changed["risk tier"].meaning


def test_each_model_that_was_scored_is_explained(page, monkeypatch) -> None:
    monkeypatch.chdir(page.folder)
    about = dict(model_words(Inputs()))
    assert set(about) == {"climatology", "vix", "seen half", "pool"}
    assert (
        about["vix"] == "The baseline to beat for `ahead`: the level of the VIX and nothing else."
    )
    assert "`now` nowcast_logit, nowcast_student" in about["pool"]
    assert "The baseline to beat for <code>ahead</code>" in page.html


def test_the_page_explains_every_word(page, entries) -> None:
    assert all(f"<dt>{word}</dt>" in page.html for word in entries)
    assert "under <code>desk.tier</code>" in page.html
