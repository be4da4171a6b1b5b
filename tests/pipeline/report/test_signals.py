"""The small lines of the signal board."""

import re

import pytest

from pipeline.report.signals import HEIGHT, path


def drawn(text: str) -> list[list[tuple[int, int]]]:
    """Points of each unbroken piece of a path."""
    pieces: list[list[tuple[int, int]]] = []
    for move, numbers in re.findall(r"([Mlh])([-\d ]+)", text):
        steps = [int(n) for n in re.findall(r"-?\d+", numbers)]
        if move == "M":
            pieces.append([(steps[0], steps[1])])
            continue
        x, y = pieces[-1][-1]
        pieces[-1].append((x + steps[0], y + (steps[1] if move == "l" else 0)))
    return pieces


def test_a_line_goes_through_every_value_and_ends_at_the_right() -> None:
    line = drawn(path([0.0, 10.0, 5.0, 5.0]))
    assert line == [[(248, 20), (248, 20), (249, 0), (250, 10), (251, 10)]]
    assert HEIGHT == 20


def test_a_missing_value_breaks_the_line_and_a_flat_one_is_drawn() -> None:
    assert drawn(path([1.0, None, 1.0, 1.0])) == [
        [(248, 0), (248, 0)],
        [(250, 0), (250, 0), (251, 0)],
    ]


@pytest.mark.parametrize("values", [[], [None, None]])
def test_nothing_known_draws_nothing(values: list[None]) -> None:
    assert path(values) == ""
