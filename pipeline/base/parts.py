"""The parts of a plain document of mappings and lists, each with its place."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Place = tuple[object, ...]
"""Keys and positions that lead to a part."""


def parts(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every part, a mapping or list before what is in it; the document itself comes first."""
    yield place, value
    inside: Iterable[tuple[object, Any]] = ()
    if isinstance(value, Mapping):
        inside = value.items()
    elif isinstance(value, list | tuple):
        inside = enumerate(value)
    for key, inner in inside:
        yield from parts(inner, (*place, key))
