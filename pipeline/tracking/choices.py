"""What was chosen otherwise in one ``params.yaml`` than in another."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from pipeline.tracking.record import flat_params

TRAINING = ("scenarios", "features", "states", "walk_forward", "outlook")
"""Sections that decide what a model says; the others choose data, judge, or tell where to run."""

Changes = dict[str, tuple[str | None, str | None]]
"""By dotted name: the value in the first file and in the second; None where it is absent."""


def changed_choices(
    first: Mapping[str, Any], second: Mapping[str, Any], sections: Collection[str]
) -> Changes:
    """Compare sections of two documents with the shape of ``params.yaml``.

    A list counts as one value.
    """
    ours, theirs = (
        flat_params({k: v for k, v in each.items() if k in sections}) for each in (first, second)
    )
    return {
        name: (ours.get(name), theirs.get(name))
        for name in sorted(ours.keys() | theirs.keys())
        if ours.get(name) != theirs.get(name)
    }


def in_words(name: str, values: tuple[str | None, str | None]) -> str:
    """One change, from the second file's value to the first's; of a list what came and went."""
    ours, theirs = values
    came, went = _entries(ours) - _entries(theirs), _entries(theirs) - _entries(ours)
    if _entries(ours) and _entries(theirs) and (came or went):
        parts = [f"+{entry}" for entry in sorted(came)] + [f"-{entry}" for entry in sorted(went)]
        return f"{name}: {' '.join(parts)}"
    return f"{name}: {_shown(theirs)} → {_shown(ours)}"


def _shown(value: str | None) -> str:
    return "absent" if value is None else value


def _entries(value: str | None) -> set[str]:
    """Entries of a list of plain values; empty for anything else."""
    if not value or not value.startswith("["):
        return set()
    try:
        read = json.loads(value)
    except ValueError:
        return set()
    return {str(entry) for entry in read}
