"""What a provider of raw series is."""

from collections.abc import Iterable
from typing import Protocol

import pandas as pd

from pipeline.series.kinds import Series


class Source(Protocol):
    """A provider of raw series.

    Attributes
    ----------
    name
        As written in ``data.source``.
    """

    name: str

    def fetch(self, series: Series) -> pd.DataFrame | None:
        """All rows of one series in the shape of its kind; None when the provider lacks it.

        Raises
        ------
        DataMissingError
            When a required series is absent.
        SchemaError
            When the data do not have the shape of the series' kind.
        """

    def fetched_at(self, series: Series) -> pd.Timestamp:
        """UTC instant the rows describe at the latest; a bar that ends later is unfinished.

        It must follow from the rows alone: two runs on the same rows store the same.
        """


def rows_of(source: Source, wanted: Iterable[Series]) -> dict[str, pd.DataFrame]:
    """All rows of each series that a source has, by the series' name."""
    fetched = {series.name: source.fetch(series) for series in wanted}
    return {name: rows for name, rows in fetched.items() if rows is not None}
