"""Former names of ``params.yaml``: each is told with the name of today."""

from copy import deepcopy
from typing import Any

import pytest

from pipeline.base.errors import ConfigurationError
from pipeline.params import parse
from pipeline.settings import former_names as former
from tools.small_project import committed_params


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        former,
        "FORMER_NAMES",
        {
            "house": "home",
            "home.least": "home.min_rooms",
            "rules.*.least": "rules.*.min_met",
        },
    )
    monkeypatch.setattr(former, "FORMER_VALUES", {"pool.*": {"tonight": "nowcast"}})
    monkeypatch.setattr(former, "FORMER_FEATURES", {"trend": "slope"})
    monkeypatch.setattr(former, "REMOVED", {"rules.**.says": "delete it"})


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize(
    ("document", "sentences"),
    [
        ({"home": {"min_rooms": 1}, "pool": {"now": ["nowcast"]}, "least": 1}, []),
        (
            {"house": {"least": 1}},
            [
                "house is now home; rename it",
                "house.least is now home.min_rooms; rename it",
            ],
        ),
        ({"home": {"least": 1}}, ["home.least is now home.min_rooms; rename it"]),
        (
            {"rules": {"a b": {"least": 1}, "c": {"least": 1}}},
            [
                "rules.a b.least is now rules.a b.min_met; rename it",
                "rules.c.least is now rules.c.min_met; rename it",
            ],
        ),
        (
            {"rules": {"a": {"x": {"says": "", "y": {"says": ""}}}}},
            ["rules.a.x.says (and 1 more like it) is no longer a parameter; delete it"],
        ),
        (
            {"pool": {"now": ["tonight", "other"]}, "other": "tonight"},
            ["pool.now says tonight, which is now nowcast; rename it"],
        ),
        (
            {"rules": {"trend": {}}, "inputs": ["trend"]},
            [
                "rules.trend names a feature that is now slope; rename it",
                "inputs says trend, which is now slope; rename it",
            ],
        ),
        (
            {"tune": {"space": {"house.least": {}, "home.min_rooms": {}}}},
            ["tune.space: house.least is now home.min_rooms; rename it"],
        ),
    ],
)
def test_each_former_name_is_one_sentence(document: Any, sentences: list[str]) -> None:
    assert former.former_names(document) == sentences


def test_a_former_name_is_refused_before_anything_else_is_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(former, "FORMER_NAMES", {"data.place": "data.folder"})
    document = committed_params()
    changed = deepcopy(document)
    changed["data"]["place"] = changed["data"].pop("folder")
    changed["data"]["sorce"] = 1
    with pytest.raises(ConfigurationError) as caught:
        parse(changed)
    assert str(caught.value) == "params.yaml: data.place is now data.folder; rename it"
    assert caught.value.exit_code == 2


def test_the_committed_file_has_no_former_name() -> None:
    assert former.former_names(committed_params()) == []


def test_the_names_of_the_release_before_are_told() -> None:
    sentences = former.former_names(
        {
            "scenarios": {"legs": {"vix": "log"}, "legs_by_source": {}, "least": 252},
            "outlook": {
                "models": {"legs": {"least_rows": 1, "scale_inputs": ["vix_in_ruler_units"]}},
                "pool": {"now": ["tonight", "unfolding"]},
            },
            "evaluation": {"baselines": {"now": "half"}, "conformal": {"least": 1}},
        }
    )
    assert sentences == [
        "scenarios.legs is now scenarios.components; rename it",
        "scenarios.legs_by_source is now scenarios.components_by_source; rename it",
        "scenarios.least is now scenarios.min_scale_sessions; rename it",
        "outlook.models.legs is now outlook.models.component_drift; rename it",
        "outlook.models.legs.least_rows is now outlook.models.component_drift.min_rows; rename it",
        (
            "outlook.models.legs.scale_inputs says vix_in_ruler_units, which is now "
            "vix_over_label_scale; rename it"
        ),
        "outlook.pool.now says tonight, which is now nowcast_logit; rename it",
        "outlook.pool.now says unfolding, which is now nowcast_student; rename it",
        "evaluation.baselines.now says half, which is now seen_half; rename it",
        "evaluation.conformal.least is now evaluation.conformal.min_resolved; rename it",
    ]
