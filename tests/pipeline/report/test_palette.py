"""Colours are legible in both themes and tell the scenarios apart for everyone."""

from itertools import combinations

import numpy as np
import pytest

from pipeline.report.palette import DARK, LIGHT, LINES, SCENARIO_WORDS, painted

THEMES = {"light": LIGHT, "dark": DARK}
TEXT = ("ink", "quiet", "accent", "warning")
# Full deficiency in linear RGB: Machado, Oliveira and Fernandes 2009, table 1.
DEFICIENCIES = {
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(colour: str) -> np.ndarray:
    values = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio."""
    light = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other))
    return (light[1] + 0.05) / (light[0] + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["paper", "card"])
def test_text_reaches_four_and_a_half_to_one(theme: str, ground: str) -> None:
    colours = THEMES[theme]
    assert min(contrast(colours[name], colours[ground]) for name in TEXT) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_scenarios_and_lines_reach_three_to_one(theme: str) -> None:
    colours = THEMES[theme]
    marks = (*SCENARIO_WORDS, "first", "second", "third")
    assert min(contrast(colours[name], colours["card"]) for name in marks) >= 3.0


def seen(colour: str, deficiency: str | None = None) -> np.ndarray:
    matrix = np.eye(3) if deficiency is None else np.array(DEFICIENCIES[deficiency])
    return np.clip(matrix @ linear(colour), 0, 1) ** (1 / 2.2)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize("names", [SCENARIO_WORDS, LINES])
def test_colours_of_one_chart_differ_for_colour_blind_readers(
    theme: str, deficiency: str, names: tuple[str, ...]
) -> None:
    colours = [seen(THEMES[theme][name], deficiency) for name in names]
    assert min(float(np.linalg.norm(a - b)) for a, b in combinations(colours, 2)) > 0.2


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("line", LINES)
def test_a_line_that_is_no_scenario_does_not_look_like_one(theme: str, line: str) -> None:
    scenarios = [seen(THEMES[theme][name]) for name in SCENARIO_WORDS]
    other = seen(THEMES[theme][line])
    assert min(float(np.linalg.norm(other - scenario)) for scenario in scenarios) > 0.3


def test_themes_have_the_same_names() -> None:
    assert LIGHT.keys() == DARK.keys()


def test_painting_leaves_no_reference() -> None:
    assert painted('{"color": "var(--base)"}', LIGHT) == f'{{"color": "{LIGHT["base"]}"}}'
