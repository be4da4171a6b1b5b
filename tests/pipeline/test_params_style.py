"""``params.yaml`` is as DVC's own dumper writes it, so that an experiment's diff is its change."""

import difflib
from pathlib import Path

from dvc.utils.hydra import apply_overrides

PARAMS = Path(__file__).resolve().parents[2] / "params.yaml"
OVERRIDES = {
    "features.settings.macro_jump": "1.25",
    "outlook.floor": "0.003",
    "outlook.models.logit.inverse_penalty": "0.006",
    "desk.target.band": "0.15",
}


def test_an_experiment_changes_the_line_of_its_value_alone(tmp_path: Path) -> None:
    written = tmp_path / "params.yaml"
    for name, value in OVERRIDES.items():
        written.write_bytes(PARAMS.read_bytes())
        apply_overrides(written, [f"{name}={value}"])
        before, after = PARAMS.read_text().splitlines(), written.read_text().splitlines()
        diff = [line for line in difflib.ndiff(before, after) if line[0] in "+-"]
        assert [line[0] for line in diff] == ["-", "+"], name
        assert f"{name.rpartition('.')[2]}: " in diff[1]
        assert value in diff[1]
