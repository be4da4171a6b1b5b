"""What one route answers, as it may be stored: final rows, from a series' birth on, checked."""

from collections.abc import Iterator

import pandas as pd

from pipeline.base.errors import one_line
from pipeline.base.run import log
from pipeline.fetching.connections import Connections
from pipeline.fetching.due import settled
from pipeline.providers.client.failures import NoRowsError
from pipeline.providers.client.parsing import changed_format
from pipeline.providers.client.provider import Request
from pipeline.series.border import check
from pipeline.series.kinds import Series

_PRICE = ("close", "value")

_MISREADINGS = (
    *(ValueError, LookupError, TypeError, ArithmeticError, AttributeError, EOFError),
    *(RecursionError, MemoryError),
)
"""What a reader raises for an answer of another form, or one too deep or too large for it."""


def pages(
    connections: Connections, provider: str, asked: Request, *, beginning: bool
) -> Iterator[pd.DataFrame]:
    """Pages of a route that hold a row which may be stored.

    Parameters
    ----------
    beginning
        Whether nothing older is stored, so that the first rows may be of a time when the series
        was worth next to nothing.

    Raises
    ------
    NoRowsError
        When the provider answers, and nothing is in it.
    UndertowError
        As the provider raises, and what the border refuses.
    """
    where, sent, answered = f"{provider} ({asked.code})", 0, False
    for page in _readable(connections.open(provider).pages(asked), where):
        answered, first = True, sent == 0
        sent += len(page)
        rows = settled(page, asked.series, asked.now)
        if beginning and first:
            rows = _from_birth(rows, asked.series, where)
        if len(rows):
            check(rows, asked.series, where, asked.now)
            yield rows
    if answered and not sent:
        raise NoRowsError(
            f"{where} answered without a row since {asked.since:%Y-%m-%d}; if that lasts, its "
            "format has changed: `undertow doctor --live` tells more"
        )


def _readable(answer: Iterator[pd.DataFrame], where: str) -> Iterator[pd.DataFrame]:
    """The pages; what their reader raises becomes one sentence about the answer's form."""
    try:
        yield from answer
    except _MISREADINGS as error:
        reason = f"{type(error).__name__}: {one_line(error)}"
        raise changed_format(where, f"sent what cannot be read ({reason})") from error


def _from_birth(rows: pd.DataFrame, series: Series, where: str) -> pd.DataFrame:
    """Rows from the first that reaches the valid range on: a coin once cost cents.

    A percentage below its range is in another unit, and a page that is all below it may be; both
    are left for the border to refuse.
    """
    clock = series.clock
    column = next((name for name in _PRICE if name in rows), None)
    if clock is None or column is None or series.unit == "percent" or not len(rows):
        return rows
    inside = rows[column].to_numpy() >= series.valid[0]
    born = int(inside.argmax())
    if born == 0:
        return rows
    log.info(
        "%s: %d rows before %s are below %g %s and left out",
        where,
        born,
        f"{rows[clock].iloc[born]:%Y-%m-%d}",
        series.valid[0],
        series.unit,
    )
    return rows.iloc[born:].reset_index(drop=True)
