"""What a run needs of its data, which decides between refusing and telling."""

from dataclasses import dataclass

import pandas as pd

from pipeline.base.errors import SchemaError
from pipeline.params import Params
from pipeline.plausibility.remarks import Remark
from pipeline.series.calendar import sessions
from pipeline.series.kinds import Series


@dataclass(frozen=True)
class Scope:
    """The sessions of the panel and the dates from which a run uses them.

    Attributes
    ----------
    sessions
        Of the exchange, from ``data.start`` on.
    trained_from
        First session that is trained on (``features.start``).
    tested_from
        First session that is forecast (``walk_forward.first_test``).
    replaced
        Series that the source's label definition does without, though the default one has them.
    lenient
        Whether optional series are told of and never refused: a provider's row is nothing that the
        user can mend.
    """

    sessions: pd.DatetimeIndex
    trained_from: pd.Timestamp
    tested_from: pd.Timestamp
    replaced: frozenset[str] = frozenset()
    lenient: bool = False

    def refuse(self, series: Series, where: str, found: str, remedy: str) -> Remark:
        """Refuse what was found; a remark where the series is optional and not the user's.

        Raises
        ------
        SchemaError
            With the place, what was found and the remedy.
        """
        if self.lenient and not series.required:
            return Remark(series.name, found)
        raise SchemaError(f"{where}: {series.name} {found}; {remedy}")


def scope_of(settings: Params, last: pd.Timestamp) -> Scope:
    """The scope of a run whose newest row is of ``last``."""
    labels = settings.scenarios
    own = labels.of_source(settings.data.source)
    return Scope(
        sessions(settings.data.start, f"{last:%Y-%m-%d}"),
        pd.Timestamp(settings.features.start),
        pd.Timestamp(settings.walk_forward.first_test),
        frozenset(labels.components) - frozenset(own.components),
        lenient=settings.data.source == "live",
    )
