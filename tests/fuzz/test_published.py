"""What a run published, damaged by hand: every command shows it, or names the damaged file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline.base.errors import SchemaError
from pipeline.cli import app
from pipeline.scoring import ledger
from pipeline.scoring.publish import publish_latest
from pipeline.stages import score
from pipeline.storage import store

pytestmark = pytest.mark.slow

every = settings.get_profile("fuzz")
# Whole commands are run, so fewer cases do.
fuzzed = settings(every, max_examples=max(every.max_examples // 5, 5))

ODD = st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.sampled_from(
    [[], {}, [1, 2], {"a": 1}, 1e308, "2024-02-30", "NaT", "[/]", "[bold"]
)  # fmt: skip
RUNNER = CliRunner()
METRICS = {
    "ahead": {
        model: {
            "log_loss_skill": 0.1,
            "log_loss_skill_interval": [0.0, 0.2],
            "permutation_p": p,
            "auc": {"base": 0.6, "tightening_shock": None, "reflation": 0.5},
            "calibration_error": {"base": 0.1, "tightening_shock": 0.2, "reflation": 0.1},
            "sessions": 100,
        }
        for model, p in (("pool", 0.01), ("climatology", None))
    }
}


def leaves(value: object, path: tuple = ()) -> list[tuple]:
    inside = value.items() if isinstance(value, dict) else ()
    inside = enumerate(value) if isinstance(value, list) else inside
    below = [leaf for key, inner in inside for leaf in leaves(inner, (*path, key))]
    return [path, *below] if path else below


def spoilt(document: Any, data: Any) -> Any:
    """A copy with one entry changed or gone."""
    changed = json.loads(json.dumps(document))
    *before, last = data.draw(st.sampled_from(leaves(changed)))
    inside = changed
    for key in before:
        inside = inside[key]
    if data.draw(st.booleans()):
        del inside[last]
    else:
        inside[last] = data.draw(ODD)
    return changed


def published_as(document: dict) -> None:
    """Make a ledger that holds this one document."""
    ledger.FILE.unlink(missing_ok=True)
    with ledger.writing() as database:
        ledger.append(database, document)


def shown_or_refused(attempt: Callable, path: Path, *words: str) -> None:
    """A command either ends well or refuses in one sentence that names the file."""

    def run() -> str:
        result = RUNNER.invoke(app, list(words))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.stdout

    _out, sentence = attempt(run)
    assert sentence is None or path.name in sentence or "no window is called" in sentence


@pytest.fixture
def published(run_folder: Path) -> tuple[Path, dict]:
    call = publish_latest("simulated")
    store.write_json(METRICS, store.EVALUATION)
    return ledger.FILE, call


@fuzzed
@given(data=st.data())
def test_a_spoilt_call_is_shown_or_named(attempt, published, data) -> None:
    path, call = published
    document = spoilt(call, data)
    try:
        # What could never be a row of the ledger is not in question here.
        published_as(document)
    except (LookupError, TypeError, AttributeError, ValueError, SchemaError):
        return
    for command in ("score", "ledger", "summary", f"ledger {call['session']}"):
        shown_or_refused(attempt, path, *command.split())


@fuzzed
@given(data=st.data())
def test_spoilt_metrics_are_shown_or_named(attempt, published, data) -> None:
    store.write_json(spoilt(METRICS, data), store.EVALUATION)
    for command in ("leaderboard", "summary"):
        shown_or_refused(attempt, store.EVALUATION, command)


@fuzzed
@given(st.binary(max_size=40))
def test_any_bytes_in_the_ledger_are_refused_by_name(attempt, published, content) -> None:
    path, _call = published
    path.write_bytes(content)
    _rows, sentence = attempt(lambda: ledger.calls(simulated=True), SchemaError)
    assert sentence is None or path.name in sentence
    assert sentence is not None or not content.strip()


@fuzzed
@given(data=st.data())
def test_a_spoilt_run_is_used_or_named(attempt, published, data) -> None:
    _path, call = published
    run = {"run_id": "a", "version": 3, "model": call["model"]["name"], "reasons": {"x": "y"}}
    store.write_json(spoilt(run, data), store.RUN)
    _done, sentence = attempt(score.main)
    assert sentence is None or store.RUN.name in sentence
