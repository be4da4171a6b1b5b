"""A search is the same whoever computes its trials, and however often it is interrupted."""

from pathlib import Path

import pytest

from pipeline.settings.tune import Tune
from pipeline.tuning import study
from pipeline.tuning.study import due, open_study, scored

RANGES = {"a": {"low": 0.001, "high": 1.0, "log": True}, "b": {"low": 1, "high": 40}}
GRID = {"a": {"values": [1, 2, 3]}, "b": {"values": ["x", "y"]}}


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study, "STUDY", tmp_path / "optuna.db")


def tune(space: dict, batch_size: int = 3) -> Tune:
    span = {"first_test": "2011-01-03", "last_test": "2018-11-30"}
    return Tune.model_validate(
        {"window": "ahead", **span, "seed": 1, "batch_size": batch_size, "space": space}
    )


def searched(name: str, settings: Tune, wanted: int, stops: tuple[int, ...] = ()) -> list[tuple]:
    """Search, and be killed whenever as many trials as one of ``stops`` have been scored."""
    found = open_study(name)
    while batch := due(found, settings, wanted):
        for trial in batch:
            found.tell(trial.number, -sum(hash(value) % 97 for value in trial.params.values()))
            if trial.number + 1 in stops:
                found = open_study(name)
                break
    return [(trial.number, trial.params, trial.value) for trial in scored(found)]


@pytest.mark.parametrize(("space", "wanted"), [(RANGES, 15), (GRID, 6)])
@pytest.mark.slow
def test_an_interrupted_search_goes_on_as_if_it_had_not_been(space, wanted):
    whole = searched("whole", tune(space), wanted)
    assert [number for number, _params, _value in whole] == list(range(wanted))
    assert searched("killed", tune(space), wanted, stops=(1, 3, 5)) == whole
    for part in (2, 4, wanted):
        found = searched("in parts", tune(space), part)
    assert found == whole


def test_trials_of_a_batch_differ_and_rest_on_the_batches_before():
    whole = searched("whole", tune(RANGES), 15)
    assert len({str(params) for _number, params, _value in whole}) == 15
    assert searched("alone", tune(RANGES, batch_size=1), 3)[0] == whole[0]


def test_a_grid_is_searched_once_and_no_further():
    tried = [params for _number, params, _value in searched("grid", tune(GRID), 20)]
    assert sorted(map(str, tried)) == sorted(
        str({"a": a, "b": b}) for a in (1, 2, 3) for b in ("x", "y")
    )


def test_what_was_chosen_before_a_kill_is_computed_after_it_and_not_chosen_again():
    found = open_study("killed")
    chosen = due(found, tune(RANGES), 5)
    again = due(open_study("killed"), tune(RANGES), 5)
    assert [trial.params for trial in again] == [trial.params for trial in chosen]
    assert len(open_study("killed").trials) == 3
