from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.forecasting.attribution import by_driver
from models.scenarios import SCENARIOS
from pipeline.scoring.attributions import MIXED, NO_DRIVER, STATES_DRIVER, Attribution, named
from pipeline.scoring.gather import read_snapshot
from pipeline.scoring.model import Model, load_model
from pipeline.scoring.reference import read_reference
from pipeline.settings.desk import DeskSettings
from pipeline.storage import store


def drivers_of(model: Model, inputs: pd.DataFrame) -> dict[str, str]:
    """Driver of each column that the windows read; the states' columns are their own."""
    states = {str(name): STATES_DRIVER for name in inputs if str(name).startswith("state_")}
    return {feature.name: feature.driver for feature in model.features} | states


def test_the_driver_that_pushes_most_is_named(settings: DeskSettings) -> None:
    drivers = settings.drivers
    assert named({"rates": 1.0, "credit": 0.2}, drivers) == "rates shock"
    assert named({"dollar": 1.0, "volatility": 9.0}, drivers) == "dollar squeeze"
    even = dict.fromkeys(drivers.words, 1.0)
    assert named(even, drivers) == MIXED
    assert named({"rates": -1.0}, drivers) == NO_DRIVER


def test_a_composite_is_credited_once_its_scale_is_trusted(run_folder: Path) -> None:
    model = load_model(store.MODEL)
    snapshot = read_snapshot(model)
    inputs = model.latest(snapshot.panel, snapshot.published)
    drivers = read_reference(model.desk).settings.drivers

    def pushed(least: int) -> float:
        settings = {**model.settings, "scale_min_count": least}
        attribution = Attribution(
            replace(model, settings=settings), inputs, snapshot.panel, drivers
        )
        return attribution.of("ahead", "tightening_shock")["conditions"]

    fitted = model.windows["ahead"]
    own = drivers_of(model, inputs)
    plain = by_driver(fitted.contributions(inputs.tail(1 + fitted.context)), own)["conditions"]
    assert pushed(5_000) == pytest.approx(float(plain[-1, 1]))
    assert pushed(252) != pytest.approx(float(plain[-1, 1]))


def test_the_states_have_their_say_in_every_window(run_folder: Path) -> None:
    model = load_model(store.MODEL)
    snapshot = read_snapshot(model)
    inputs = model.latest(snapshot.panel, snapshot.published)
    settings = read_reference(model.desk).settings.drivers
    shared = Attribution(model, inputs, snapshot.panel, settings)
    for window, fitted in model.windows.items():
        assert "lightgbm" in fitted.members
        assert {"state_0", "state_entropy", "state_age"} <= set(fitted.inputs)
        assert STATES_DRIVER in shared.of(window, "tightening_shock")


def test_crediting_the_components_changes_names_and_not_the_sum(run_folder: Path) -> None:
    model = load_model(store.MODEL)
    snapshot = read_snapshot(model)
    inputs = model.latest(snapshot.panel, snapshot.published)
    settings = read_reference(model.desk).settings.drivers
    shared = Attribution(model, inputs, snapshot.panel, settings)
    drivers = drivers_of(model, inputs)
    credited: set[str] = set()
    for window, fitted in model.windows.items():
        plain = by_driver(fitted.contributions(inputs.tail(1)), drivers)
        for code, scenario in enumerate(SCENARIOS):
            pushes = shared.of(window, scenario)
            total = sum(float(term[-1, code]) for term in plain.values())
            assert sum(pushes.values()) == pytest.approx(total, abs=1e-9)
            credited |= set(pushes) - set(plain)
    assert credited
    assert credited <= set(settings.components.values())
    assert np.isfinite(list(pushes.values())).all()
