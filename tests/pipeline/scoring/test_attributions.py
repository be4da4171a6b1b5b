from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.forecasting.attribution import by_driver
from models.scenarios import SCENARIOS
from pipeline.scoring.attributions import MIXED, NO_DRIVER, Attribution, named
from pipeline.scoring.gather import read_material
from pipeline.scoring.model import load_model
from pipeline.scoring.reference import read_reference
from pipeline.settings.desk import DeskSettings
from pipeline.storage import store


def test_the_driver_that_pushes_most_is_named(settings: DeskSettings) -> None:
    drivers = settings.drivers
    assert named({"rates": 1.0, "credit": 0.2}, drivers) == "rates shock"
    assert named({"dollar": 1.0, "volatility": 9.0}, drivers) == "dollar squeeze"
    even = dict.fromkeys(drivers.words, 1.0)
    assert named(even, drivers) == MIXED
    assert named({"rates": -1.0}, drivers) == NO_DRIVER


def test_a_composite_is_credited_once_its_scale_is_trusted(run_folder: Path) -> None:
    model = load_model(store.MODEL)
    material = read_material(model)
    inputs = model.latest(material.panel, material.published)
    drivers = read_reference(model.desk).settings.drivers

    def pushed(least: int) -> float:
        settings = {**model.settings, "scale_min_count": least}
        attribution = Attribution(
            replace(model, settings=settings), inputs, material.panel, drivers
        )
        return attribution.of("ahead", "tightening_shock")["conditions"]

    fitted = model.windows["ahead"]
    own = {feature.name: feature.driver for feature in model.features}
    plain = by_driver(fitted.contributions(inputs.tail(1 + fitted.context)), own)["conditions"]
    assert pushed(5_000) == pytest.approx(float(plain[-1, 1]))
    assert pushed(252) != pytest.approx(float(plain[-1, 1]))


def test_crediting_the_components_changes_names_and_not_the_sum(run_folder: Path) -> None:
    model = load_model(store.MODEL)
    material = read_material(model)
    inputs = model.latest(material.panel, material.published)
    settings = read_reference(model.desk).settings.drivers
    shared = Attribution(model, inputs, material.panel, settings)
    drivers = {feature.name: feature.driver for feature in model.features}
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
