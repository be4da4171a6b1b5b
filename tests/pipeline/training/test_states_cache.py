"""Refits from the cache are those of a fit, and whatever they rest on has them fitted again."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.bundle import write_bundle
from models.states.fitting import climb_cold
from models.states.refit import KEPT
from models.states.schedule import StatesHistory, past, walk_forward
from models.states.settings import StatesSettings
from pipeline.compute.jobs import ALONE
from pipeline.training import states_cache
from pipeline.training.states_cache import StatesCache

SETTINGS = StatesSettings(
    n_states=2, min_train=150, refit_every=50, starts=1, first_starts=1, min_observed=100
)
REFITS = 4


def market(sessions: int = 310) -> pd.DataFrame:
    """Calm and wild stretches in turn; what is longer begins the same."""
    noise = np.random.default_rng(4).standard_normal(400)[:sessions]
    wild = np.arange(sessions) // 40 % 2
    index = pd.bdate_range("2018-01-01", periods=sessions, name="session")
    return pd.DataFrame({"log_vix": 3.0 * wild + (0.3 + wild) * noise}, index)


def left(history: StatesHistory, folder: Path) -> list[bytes]:
    """The files that the stage would leave of it."""
    folder.mkdir()
    fits = [refit.fitted_state() for refit in history.fits]
    write_bundle({"filter": history.last.fitted_state(), "refits": fits}, folder)
    history.posteriors.to_parquet(folder / "states.parquet")
    return [path.read_bytes() for path in sorted(folder.iterdir())]


@pytest.fixture
def fitted(tmp_path: Path):
    """How many refits a run fits, once what it leaves is shown to be what none would leave."""

    def run(observations: pd.DataFrame, settings: StatesSettings = SETTINGS) -> int:
        cache = StatesCache(tmp_path / "states")
        cache.begin(observations, settings, ALONE)
        asked = walk_forward(observations, settings, cache.refit)
        cache.write()
        place = tmp_path / f"{len(list(tmp_path.iterdir()))}"
        plain = walk_forward(observations, settings)
        assert left(asked, place) == left(plain, place.with_suffix(".plain"))
        return cache.fitted

    return run


def test_new_sessions_are_new_refits_alone(fitted) -> None:
    assert fitted(market()) == REFITS
    assert fitted(market()) == 0
    assert fitted(market(320)) == 0
    assert fitted(market(360)) == 1


def test_every_start_is_climbed_from_once(fitted, monkeypatch) -> None:
    counts = []

    def counted(rows, settings, end, count):
        counts.append(count)
        return climb_cold(past(rows, end), settings, count)

    monkeypatch.setattr(states_cache, "_climb_cold", counted)
    settings = replace(SETTINGS, first_starts=2)
    fitted(market(), settings)
    assert counts == [2, 1, 1, 1]
    fitted(market(360), settings)
    assert counts == [2, 1, 1, 1, 1]


def test_where_no_fit_was_sound_yet_a_later_one_begins_like_a_first(fitted) -> None:
    still = market(400)
    still.iloc[:200] = np.random.default_rng(0).normal(0.5, 0.01, (200, 1))
    still.iloc[:5] = market().iloc[40:45].to_numpy()
    settings = replace(SETTINGS, first_starts=2, min_occupancy=0.2)
    won = [refit.winner for refit in walk_forward(still, settings).fits]
    assert won[:3] == [KEPT, KEPT, "random_points"]  # the second start, which a later fit has not
    assert fitted(still, settings) == len(won)


def test_a_change_has_those_fitted_again_that_rest_on_it(fitted) -> None:
    fitted(market())
    revised = market()
    revised.iloc[220] += 0.1
    assert fitted(revised) == 2
    assert fitted(market(), replace(SETTINGS, sticky=50.0)) == REFITS


def test_a_refit_that_kept_the_fit_in_use_is_kept_too(fitted) -> None:
    flat = market(400)
    flat.iloc[200:] = np.random.default_rng(0).normal(0.5, 0.01, (200, 1))
    demanding = replace(SETTINGS, min_occupancy=0.35)
    assert KEPT in {refit.winner for refit in walk_forward(flat, demanding).fits}
    assert fitted(flat, demanding) > 0
    assert fitted(flat, demanding) == 0


@pytest.mark.parametrize("name", ["surroundings", "code_digest"])
def test_other_packages_processor_or_code_fit_all_again(fitted, monkeypatch, name: str) -> None:
    fitted(market())
    other = {"surroundings": lambda: b"another", "code_digest": lambda _module: "another"}
    monkeypatch.setattr(states_cache, name, other[name])
    assert fitted(market()) == REFITS


def test_what_is_damaged_is_fitted_again(fitted, tmp_path: Path) -> None:
    fitted(market())
    (arrays,) = (tmp_path / "states").glob("*.npz")
    arrays.write_bytes(arrays.read_bytes()[:-9])
    assert fitted(market()) == REFITS


def test_older_refits_make_room(fitted, monkeypatch) -> None:
    monkeypatch.setattr(states_cache, "MOST", REFITS)
    fitted(market())
    assert fitted(market(), replace(SETTINGS, sticky=50.0)) == REFITS
    assert fitted(market()) == REFITS
