"""What cannot be true of a series is refused, what is unlikely is told: one idea a file."""

import pandas as pd

from pipeline.plausibility import bars, days, frozen, funding, moves, support
from pipeline.plausibility.remarks import Remark
from pipeline.plausibility.scope import Scope
from pipeline.series.kinds import Series


def inspect(frame: pd.DataFrame, series: Series, where: str, scope: Scope) -> list[Remark]:
    """Look at the rows of a series that passed the border (`pipeline.series.border`).

    Parameters
    ----------
    frame
        Raw rows in the shape of the series' kind.
    where
        What to call the place the rows come from.

    Returns
    -------
    list
        What is unlikely, in the order of dates; empty when nothing is.

    Raises
    ------
    SchemaError
        For what cannot be true.
    DataMissingError
        For a required series that cannot support the run.
    """
    rooms = (days, support, bars, funding, moves, frozen)
    looks = [room.inspect for room in rooms]
    return [remark for look in looks for remark in look(frame, series, where, scope)]
