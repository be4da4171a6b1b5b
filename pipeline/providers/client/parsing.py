"""From a provider's bytes to a table: what is not what it should be is refused in one sentence."""

import io
import json
import reprlib
from collections.abc import Sequence
from typing import Any

import pandas as pd

from pipeline.base.dates import in_history
from pipeline.base.errors import SchemaError

_UNITS = ((1e8, 7.2e9, 1e9), (1e11, 7.2e12, 1e6), (1e14, 7.2e15, 1e3))
"""Range of epoch times in seconds, milliseconds and microseconds, with nanoseconds in each unit:
from 1973 to 2198, so that none can be mistaken for another or is too late for nanoseconds."""

_MOST_COLUMNS = 10_000


def csv_table(body: bytes, where: str, columns: Sequence[str] = ()) -> pd.DataFrame:
    """A CSV answer, every cell as text, stripped.

    Raises
    ------
    SchemaError
        When it is no CSV, or a column is missing.
    """
    wide = body[: body.find(b"\n")].count(b",")
    if wide > _MOST_COLUMNS:
        raise SchemaError(f"{where} sent a CSV of {wide:,} columns; nothing was stored")
    try:
        table = pd.read_csv(
            io.BytesIO(body), dtype=str, keep_default_na=False, encoding="utf-8-sig"
        )
    except (ValueError, pd.errors.ParserError) as error:
        reason = str(error).strip().splitlines()[0]
        raise SchemaError(f"{where} sent what is no CSV ({reason}); nothing was stored") from None
    table.columns = table.columns.str.strip()
    require(table, columns, where)
    return table.apply(lambda cells: cells.str.strip())


def changed_format(where: str, found: str) -> SchemaError:
    """What to raise over an answer that is not of the form that its provider's file reads."""
    return SchemaError(
        f"{where} {found}; its format has changed: `undertow doctor --live` tells more"
    )


def json_table(
    body: bytes, where: str, columns: Sequence[str] = (), member: str = ""
) -> pd.DataFrame:
    """Records of a JSON answer, or of a member of it, as a table; see `json_rows`."""
    document = json_document(body, where)
    return json_rows(json_member(document, member, where) if member else document, where, columns)


def json_document(body: bytes, where: str) -> Any:
    """A JSON answer.

    Raises
    ------
    SchemaError
        When it is none.
    """
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise SchemaError(
            f"{where} sent what is no JSON ({len(body)} bytes); nothing was stored"
        ) from None


def json_member(document: Any, name: str, where: str) -> Any:
    """A member of a JSON object."""
    if not isinstance(document, dict) or name not in document:
        raise SchemaError(f"{where} sent no member {name!r}; its format has changed")
    return document[name]


def json_rows(rows: Any, where: str, columns: Sequence[str] = ()) -> pd.DataFrame:
    """Records of a JSON answer as a table; no rows give an empty one with the columns."""
    if not isinstance(rows, list) or not all(isinstance(row, dict | list) for row in rows):
        raise SchemaError(f"{where} sent {type(rows).__name__} where a list of rows should be")
    if not rows:
        return pd.DataFrame(columns=list(columns))
    if len({len(row) if isinstance(row, list) else None for row in rows}) > 1:
        raise SchemaError(f"{where} sent rows of different lengths; nothing of them was stored")
    table = pd.DataFrame(rows)
    require(table, columns, where)
    return table


def require(table: pd.DataFrame, columns: Sequence[str], where: str) -> None:
    """Columns that must be there."""
    absent = [name for name in columns if name not in table]
    if absent:
        found = ", ".join(map(str, table.columns))[:120] or "none"
        raise changed_format(where, f"sent no column {', '.join(map(repr, absent))}, only {found}")


def numbers(cells: pd.Series, where: str, missing: Sequence[str] = ("", ".")) -> pd.Series:
    """Cells as floats; those in ``missing`` are NaN, what else is no finite number is refused."""
    known = cells.where(~cells.isin(list(missing)))
    try:
        parsed = pd.to_numeric(known, errors="coerce").astype(float)
    except OverflowError:  # JSON has whole numbers without end
        raise SchemaError(
            f"{where} sent a number too large to be one; nothing was stored"
        ) from None
    _refuse(cells, known.notna() & ~parsed.abs().lt(float("inf")), where, "a number")
    return parsed


def dates(cells: pd.Series, where: str, form: str = "%Y-%m-%d") -> pd.Series:
    """Cells as dates, written in ``form``."""
    parsed = _times(cells, form)
    _refuse(cells, ~in_history(parsed), where, "a date")
    return parsed.dt.tz_localize(None).astype("datetime64[ns]")


def instants(cells: pd.Series, where: str) -> pd.Series:
    """Epoch times as UTC instants, whether in seconds, milliseconds or microseconds.

    Binance's archive changed from milliseconds to microseconds in 2025; within one file, rows are
    told apart by their size.
    """
    epochs = numbers(cells, where)
    parsed = pd.Series(pd.NaT, index=cells.index, dtype="datetime64[ns, UTC]")
    for low, high, nanoseconds in _UNITS:
        rows = epochs.ge(low) & epochs.lt(high)
        ticks = epochs[rows].astype("int64") * int(nanoseconds)
        parsed[rows] = pd.to_datetime(ticks, utc=True)
    _refuse(cells, parsed.isna(), where, "a time")
    return parsed


def iso_instants(cells: pd.Series, where: str) -> pd.Series:
    """Times written as in ``2016-05-14T12:00:00.000Z``, as UTC instants."""
    parsed = _times(cells, "ISO8601")
    _refuse(cells, ~in_history(parsed), where, "a time")
    return parsed.astype("datetime64[ns, UTC]")


def dated(days: pd.Series, values: pd.Series, since: pd.Timestamp | None = None) -> pd.DataFrame:
    """Columns ``date, value`` of the days that have a value, tidy, from a date on."""
    rows = tidy(pd.DataFrame({"date": days, "value": values}).dropna(subset=["value"]), "date")
    return rows if since is None else rows[rows["date"] >= since].reset_index(drop=True)


def event_days(days: pd.Series, since: pd.Timestamp) -> pd.DataFrame:
    """Column ``date`` of a calendar, tidy, from a date on."""
    rows = tidy(days.rename("date").to_frame(), "date")
    return rows[rows["date"] >= since].reset_index(drop=True)


def tidy(rows: pd.DataFrame, clock: str) -> pd.DataFrame:
    """Rows sorted by their clock, the last of each repeated one: archives are neither."""
    ordered = rows.sort_values(clock, kind="stable")
    return ordered.drop_duplicates(clock, keep="last").reset_index(drop=True)


def _times(cells: pd.Series, form: str) -> pd.Series:
    """Instants in UTC, NaT where a cell is none; pandas takes ``now`` and ``today`` in any form."""
    written = cells.where(cells.astype(str).str.match("[0-9]"))
    return pd.to_datetime(written, format=form, utc=True, errors="coerce")


def _refuse(cells: pd.Series, wrong: pd.Series, where: str, wanted: str) -> None:
    if wrong.any():
        raise SchemaError(
            f"{where} sent {reprlib.repr(cells[wrong].iloc[0])} where {wanted} should be"
        )
