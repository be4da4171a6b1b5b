"""How an entry of the catalogue is written: one function a kind of series."""

from typing import TypedDict, Unpack

from pipeline.series import NEXT_SESSION, SAME_EVENING, Cells, Kind, Lag, Series


class Live(TypedDict, total=False):
    """Where the ``live`` source has a series, or why it has not; see `Series`."""

    live: str
    not_live: str


def daily(  # noqa: PLR0913 - an entry of the catalogue is these facts
    name: str,
    unit: str,
    driver: str,
    about: str,
    files: str | None,
    valid: tuple[float, float],
    lag: Lag = SAME_EVENING,
    *,
    carry: int = 5,
    required: bool = False,
    **live: Unpack[Live],
) -> Series:
    """A number a day, dated by the day it describes."""
    return Series(
        name, unit, driver, about, "value", required, lag, carry, valid, files=files, **live
    )


def treasury_yield(name: str, about: str, *, live: str, required: bool = False) -> Series:
    """A yield that FRED publishes the next session."""
    path, valid = f"rates/{name}.csv", (-2.0, 25.0)
    return daily(
        name, "percent", "rates", about, path, valid, NEXT_SESSION, required=required, live=live
    )


def etf(ticker: str, driver: str, about: str, *, required: bool = False) -> Series:
    """A fund: its close, adjusted for splits and dividends."""
    name, path, live = ticker.lower(), f"equities/etf_adjclose.csv:{ticker}", f"yahoo:{ticker}"
    return daily(name, "USD, adjusted", driver, about, path, (0, 1e5), required=required, live=live)


def crypto(  # noqa: PLR0913 - as above
    name: str,
    unit: str,
    about: str,
    kind: Kind,
    files: str | None,
    valid: tuple[float, float],
    *,
    carry: int = 2,
    interval: str = "1D",
    stamp_hours: float = 24.0,
    **live: Unpack[Live],
) -> Series:
    """A series of the market that never closes."""
    return Series(
        name,
        unit,
        "crypto",
        about,
        kind,
        carry=carry,
        valid=valid,
        interval=interval,
        stamp_hours=stamp_hours,
        files=files,
        **live,
    )


def table(
    name: str, about: str, files: str, columns: dict[str, Cells], **live: Unpack[Live]
) -> Series:
    """Columns without a clock, each with what it holds."""
    cells = tuple(columns.items())
    return Series(name, "", "leadership", about, "table", columns=cells, files=files, **live)


def funding(name: str, about: str, files: str | None = None, *, live: str) -> Series:
    """A perpetual's funding prints."""
    path = files or f"crypto/{name}.csv"
    return crypto(name, "fraction per interval", about, "funding", path, (-0.05, 0.05), live=live)


def open_interest(
    name: str,
    about: str,
    files: str | None,
    *,
    stamp_hours: float = 24.0,
    **live: Unpack[Live],
) -> Series:
    """Open interest of one vendor, in USD."""
    valid = (1e6, 1e13)
    return crypto(
        name, "USD", about, "snapshot", files, valid, carry=0, stamp_hours=stamp_hours, **live
    )


def event(
    name: str, about: str, path: str | None, known_ahead: int, **live: Unpack[Live]
) -> Series:
    """A calendar of dated events."""
    return Series(
        name, "dates", "events", about, "calendar", known_ahead=known_ahead, files=path, **live
    )
