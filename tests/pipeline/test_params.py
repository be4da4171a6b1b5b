"""``params.yaml``: what is wrong in it is refused by name."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from pipeline.base.errors import ConfigurationError
from pipeline.params import load, parse
from tools.small_project import committed_params


@pytest.fixture
def document() -> dict[str, Any]:
    return committed_params()


def test_the_committed_parameters_are_valid_and_frozen(document: dict[str, Any]) -> None:
    params = parse(document)
    assert params.scenarios.windows["now"].back == 5
    with pytest.raises(ValueError, match="frozen"):
        params.data.source = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("place", "value", "sentence"),
    [
        ("data.sorce", "files", r"data\.sorce is not a parameter; did you mean 'source'\?"),
        ("evalution", {}, r"evalution is not a parameter; did you mean 'evaluation'\?"),
        ("states.model.stiky", 1.0, r"states\.model\.stiky is not .* did you mean 'sticky'\?"),
        ("scenarios.windows.now.bak", 3, r"windows\.now\.bak .* did you mean 'back'\?"),
        ("simulated.sed", 3, r"simulated\.sed is not .* did you mean 'seed'\?"),
        ("walk_forward.refit_evry", 5, r"refit_evry is not .* did you mean .refit_every.\?"),
        ("walk_forward.refit_every", 0, r"refit_every is 0, but: .*greater than or equal to 1"),
        ("walk_forward.refit_every", "often", r"refit_every is 'often', but: .*integer"),
        ("data.start", "01/02/1997", r"data\.start is '01/02/1997', but"),
        ("scenarios.components.qqq", "minuslog", r"scenarios\.components\.qqq is 'minuslog', but"),
        ("book.risk_limit", 10.0, r"params\.yaml: book\.risk_limit is 10\.0; .* fraction"),
        ("desk.target.volatility", 15.0, r"params\.yaml: desk\.target\.volatility is 15; .* 0\.15"),
        ("desk.target.sessions", 1, r"desk\.target\.sessions is 1; a volatility needs 2 or more"),
        ("desk.target.band", 1.0, r"desk\.target\.band is 1; .* below 1"),
    ],
)
def test_a_wrong_entry_is_named(
    document: dict[str, Any], place: str, value: object, sentence: str
) -> None:
    changed = deepcopy(document)
    *sections, key = place.split(".")
    inner = changed
    for section in sections:
        inner = inner[section]
    inner[key] = value
    with pytest.raises(ConfigurationError, match=sentence):
        parse(changed)


def test_a_missing_section_is_named(document: dict[str, Any]) -> None:
    del document["outlook"]
    with pytest.raises(ConfigurationError, match="outlook is missing"):
        parse(document)


def test_an_absent_or_broken_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="is not here"):
        load(tmp_path / "params.yaml")
    broken = tmp_path / "broken.yaml"
    broken.write_text("data:\n  source: [files\n")
    with pytest.raises(ConfigurationError, match=r"near line \d+ is not valid YAML"):
        load(broken)


def test_dates_are_quoted(document: dict[str, Any]) -> None:
    """An unquoted date breaks every DVC command."""

    def leaves(value: object) -> list[object]:
        if isinstance(value, dict):
            return [leaf for inner in value.values() for leaf in leaves(inner)]
        return [value]

    assert all(isinstance(leaf, str | int | float | list | None) for leaf in leaves(document))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("states.inputs", ["qqq_return", "log_vix", "log_vix"]),
        ("outlook.pool.ahead", ["hurdle", "component_drift", "log_vix", "log_vix"]),
        ("outlook.inputs.core.default", ["log_vix", "slope_2y3m", "log_vix"]),
        ("outlook.models.component_drift.scale_inputs", ["log_vix", "log_vix"]),
        ("desk.defence", ["macro", "log_vix", "log_vix"]),
        ("live.skip", ["log_vix", "log_vix"]),
    ],
)
def test_what_a_list_names_twice_is_told(document: dict[str, Any], place: str, value: list) -> None:
    inside, key = document, place.split(".")
    for name in key[:-1]:
        inside = inside[name]
    inside[key[-1]] = value
    with pytest.raises(ConfigurationError, match=rf"params.yaml: {place} names log_vix twice"):
        parse(deepcopy(document))


def test_a_merge_that_is_not_finished_is_told(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text("data:\n<<<<<<< HEAD\n  source: live\n=======\n  source: files\n>>>>>>> b\n")
    with pytest.raises(ConfigurationError, match=r"conflict markers, the first in line 2.*resolve"):
        load(path)


@pytest.mark.parametrize(
    "text",
    ["x: !!timestamp 1", "x: !!bool maybe", "x: !!int one", "x: !!float one", "x: 2001-99-99"],
)
def test_a_value_that_does_not_fit_its_tag_is_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=r"holds what YAML cannot mean"):
        load(path)


@pytest.mark.parametrize(
    ("name", "value"),
    [("timeout_seconds", 1e308), ("max_seconds", -1.0), ("attempts", 0), ("max_mb", 10**15)],
)
def test_a_limit_of_answers_that_is_none_is_refused(
    document: dict[str, Any], name: str, value: float
) -> None:
    document["live"]["retry"][name] = value
    with pytest.raises(ConfigurationError, match=rf"live\.retry\.{name} is .*, but: "):
        parse(document)
