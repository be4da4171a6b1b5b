"""Tables without a date, which no cut can reach, and the features that rest on them."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from features.registry import registered


@dataclass(frozen=True)
class Undated:
    """A table that is as of today, whatever session it is used for.

    Attributes
    ----------
    table
        Name in the catalogue.
    why
        What of it comes from hindsight, in words.
    features
        Names of the features that rest on it.
    """

    table: str
    why: str
    features: tuple[str, ...]


_FAMILIES = {
    "members": ("today's survivors: stocks that died or left are absent", {"members"}),
    "members_meta": (
        "today's sectors and industries, and index members without a recorded change",
        {"in_tech", "in_semis", "in_software"},
    ),
}


def undated_tables(raw: Mapping[str, pd.DataFrame]) -> list[Undated]:
    """Tables among the raw rows that no cut can reach; for "passed, but for survivors in …".

    Parameters
    ----------
    raw
        Raw rows by series.
    """
    return [
        Undated(
            table,
            why,
            tuple(each.name for each in registered().values() if families & set(each.inputs)),
        )
        for table, (why, families) in _FAMILIES.items()
        if table in raw
    ]
