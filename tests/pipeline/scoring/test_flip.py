from dataclasses import replace
from pathlib import Path

from models.scenarios import SCENARIOS
from pipeline.desk.decision import tier_of
from pipeline.scoring.call import make_day
from pipeline.scoring.flip import nearest_flip
from pipeline.scoring.gather import read_material
from pipeline.scoring.model import load_model
from pipeline.scoring.reference import read_reference
from pipeline.storage import store


def test_the_nearest_flip_flips_and_half_of_it_does_not(run_folder: Path) -> None:
    model = load_model(store.MODEL)
    reference, material = read_reference(model.desk), read_material(model)
    inputs = model.latest(material.panel, material.published).tail(1)
    day = make_day(model, material, inputs)

    def tier_after(name: str, move: float) -> int:
        moved = inputs.copy()
        if name in moved:
            moved[name] += move
        probabilities = {
            window: dict(zip(SCENARIOS, fitted.predict_proba(moved)[-1].tolist(), strict=True))
            for window, fitted in model.windows.items()
        }
        values = {**day.values, name: day.values[name] + move}
        return tier_of(replace(day, values=values, probabilities=probabilities), reference.settings)

    today = tier_of(day, reference.settings)
    flip = nearest_flip(model, reference, inputs, day)
    assert flip is not None
    assert flip["tier"] == tier_after(flip["feature"], flip["move"]) != today
    assert tier_after(flip["feature"], flip["move"] / 2) == today
    in_deviations = flip["move"] / reference.spread[flip["feature"]]
    assert abs(in_deviations - flip["standard_deviations"]) < 1e-6
