"""A champion that a former version trained is refused with the remedy, not with a traceback."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.bundle import read_bundle, write_bundle
from pipeline.base.errors import ModelError
from pipeline.scoring.champion import champion_folder, load_champion


def former_rule(content: dict[str, Any]) -> None:
    rule = content["desk"]["settings"]["liquidation"]
    rule["least"] = rule.pop("min_met")


def former_feature(content: dict[str, Any]) -> None:
    content["definitions"]["vix_over_ruler"] = content["definitions"].popitem()[1]


def former_definition(content: dict[str, Any]) -> None:
    content["definitions"]["vix_log_gap"] = "0" * 16


@pytest.mark.parametrize("made_former", [former_rule, former_feature, former_definition])
@pytest.mark.usefixtures("run_folder")
def test_a_bundle_with_former_names_asks_for_a_retrain(
    made_former: Callable[[dict[str, Any]], None],
) -> None:
    folder: Path = champion_folder("simulated")
    content = dict(read_bundle(folder))
    made_former(content)
    write_bundle(content, folder)
    with pytest.raises(ModelError, match=r"train it again with `dvc repro`") as caught:
        load_champion("simulated")
    assert caught.value.exit_code == 5
