"""Forecasts from the cache are those of a fit, and whatever they rest on has them fitted again."""

import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from models.forecasting.outlook_model import ModelSpec
from models.forecasting.problem import Problem
from models.scenarios import Window
from models.walk_forward import expanding_folds
from pipeline.training import fold_cache, kept
from pipeline.training.fold_cache import FoldCache

ROOT = Path(__file__).resolve().parents[3]
INPUTS = ("composite_5", "vix_log_gap")
LOGIT = ModelSpec("logit", INPUTS)
SPECS = (ModelSpec("climatology", ()), LOGIT, ModelSpec("lightgbm", INPUTS, {"trees": 2}))
FOLDS = 4


def made(sessions: int = 200) -> Problem:
    """A window's problem on noise; what is longer begins the same."""
    index = pd.bdate_range("2018-01-01", periods=sessions, name="session")
    noise = np.random.default_rng(1).standard_normal((sessions, 4))
    features = pd.DataFrame(noise[:, :3], index, [*INPUTS, "unread"])
    outcomes = pd.DataFrame({"composite": noise[:, 3]}, index)
    outcomes["code"] = np.arange(sessions) % 3
    outcomes["label_end"] = pd.Series(index, index).shift(-2)
    folds = expanding_folds(
        index, outcomes["label_end"], first_test=index[120], refit_every=20, embargo=2, min_train=90
    )
    members = ["logit", "lightgbm"]
    return Problem(Window("week", 0, 2), SPECS, members, features, outcomes, folds, 2, 0.01)


def run(folder: Path, problem: Problem) -> tuple[pd.DataFrame, list[tuple[str, int]]]:
    """Forecasts by way of the cache, and which models were fitted for which folds."""
    cache, fitted = FoldCache(folder), []
    for part in cache.missing([problem]):
        for fold in part.folds:
            fitted += [(spec.name, fold.number) for spec in part.specs]
            cache.add(part, fold, part.forecast(fold))
    cache.write()
    return cache.forecasts([problem]), fitted


def check(folder: Path, problem: Problem) -> list[tuple[str, int]]:
    """What was fitted, once the forecasts are shown to be those without a cache."""
    forecasts, fitted = run(folder, problem)
    plain = pd.concat([problem.forecast(fold) for fold in problem.folds], ignore_index=True)
    pd.testing.assert_frame_equal(forecasts, plain, check_exact=True)
    return fitted


def every(*names: str, folds: Sequence[int] = range(FOLDS)) -> set[tuple[str, int]]:
    wanted = names or tuple(spec.name for spec in SPECS)
    return {(name, number) for name in wanted for number in folds}


def changed(problem: Problem, frame: str, place: int, column: str) -> Problem:
    values = getattr(problem, frame).copy()
    values.iloc[place, values.columns.get_loc(column)] += 1
    return replace(problem, **{frame: values})


def with_setting(problem: Problem) -> Problem:
    return replace(problem, specs=(SPECS[0], replace(LOGIT, settings={"clip": 2.5}), SPECS[2]))


def with_one_more(problem: Problem) -> Problem:
    return replace(problem, specs=(*SPECS, ModelSpec("vix", ())))


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that has seen the problem."""
    folder = tmp_path_factory.mktemp("seen") / "folds"
    assert set(check(folder, made())) == every()
    return folder


@pytest.fixture
def folder(seen: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(seen, tmp_path / "folds"))


def test_what_has_not_changed_is_not_fitted_again(folder: Path) -> None:
    assert check(folder, made()) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda old: changed(old, "features", 5, "vix_log_gap"), every()),
        (lambda old: changed(old, "features", 5, "unread"), every()),
        (lambda old: changed(old, "outcomes", 6, "code"), every()),
        (lambda old: changed(old, "outcomes", 150, "composite"), every(folds=[2, 3])),
        (lambda old: changed(old, "features", 159, "vix_log_gap"), every(folds=[1, 3])),
        (lambda old: replace(old, floor=0.02), every()),
        (with_setting, every("logit")),
        (with_one_more, every("vix")),
    ],
)
@pytest.mark.slow
def test_a_change_has_those_fitted_again_that_rest_on_it(
    folder: Path, change: Callable[[Problem], Problem], expected: set[tuple[str, int]]
) -> None:
    assert set(check(folder, change(made()))) == expected


def test_a_new_session_is_the_last_folds_alone(folder: Path) -> None:
    assert set(check(folder, made(201))) == {(spec.name, FOLDS) for spec in SPECS}
    assert set(check(folder, made(202))) == {(spec.name, FOLDS) for spec in SPECS}


@pytest.mark.parametrize(
    ("module", "name", "found"),
    [
        (kept, "version_tags", lambda: {"version.lightgbm": "0"}),
        (fold_cache, "code_digest", lambda _module: "another"),
        (kept, "_processor", lambda: ["another"]),
    ],
)
def test_other_packages_code_or_processor_fit_all_again(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    module: ModuleType,
    name: str,
    found: Callable[..., object],
) -> None:
    monkeypatch.setattr(module, name, found)
    assert set(check(folder, made())) == every()


def test_what_is_damaged_or_gone_is_fitted_again(folder: Path) -> None:
    (arrays,) = folder.glob("*.npz")
    content = bytearray(arrays.read_bytes())
    content[len(content) // 2] ^= 1
    arrays.write_bytes(content)
    assert set(check(folder, made())) == every()
    assert check(folder, made()) == []
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    assert set(check(folder, made())) == every()


def test_older_forecasts_make_room(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fold_cache, "MOST", len(every()) + FOLDS)
    assert set(check(folder, with_setting(made()))) == every("logit")
    assert check(folder, made()) == [], "there is room for both"
    monkeypatch.setattr(fold_cache, "MOST", len(every()))
    assert check(folder, made()) == []
    assert set(check(folder, with_setting(made()))) == every("logit")


def test_who_proves_or_searches_asks_no_cache() -> None:
    rooms = ("audit", "hindcast", "tuning", "scoring")
    files = [path for room in rooms for path in (ROOT / "pipeline" / room).rglob("*.py")]
    assert len(files) > 40
    asking = re.compile("(fold|states)_cache")
    assert not [path for path in files if asking.search(path.read_text(encoding="utf-8"))]
