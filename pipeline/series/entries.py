"""How an entry of the catalogue is written: one function a kind of series."""

from typing import TypedDict, Unpack

from pipeline.series.kinds import (
    NEXT_BANK_DAY,
    NEXT_SESSION,
    SAME_EVENING,
    Cells,
    Days,
    Kind,
    Lag,
    Series,
)

_LOWEST_PRICE = 1e-4
"""USD; a price of zero is a vendor's mark for "no quote"."""
_FUND_STEP, _INDEX_FUND_STEP = 1.42, 1.4
"""No fund of the catalogue moved by more in a session since 1995 (oil and junior miners came near
in March 2020); the exchange halts at a fall of a fifth, so that the index funds cannot."""


class More(TypedDict, total=False):
    """What an entry may add; see `Series`."""

    required: bool
    carry: int
    interval: str
    recent: int
    stamp_hours: float
    live: str
    stand_in: tuple[str, ...]
    not_live: str
    days: Days
    step: float
    points: float


def daily(  # noqa: PLR0913 - an entry of the catalogue is these facts
    name: str,
    unit: str,
    driver: str,
    about: str,
    files: str | None,
    valid: tuple[float, float],
    lag: Lag = SAME_EVENING,
    **more: Unpack[More],
) -> Series:
    """A number a day, dated by the day it describes."""
    return Series(name, unit, driver, about, lag=lag, valid=valid, files=files, **more)


def treasury_yield(name: str, about: str, *, live: str, required: bool = False) -> Series:
    """A yield that the bond market sets and FRED publishes the next session."""
    return _rate(
        name, about, NEXT_SESSION, required=required, live=live, days="weekdays", points=1.5
    )


def policy_rate(name: str, about: str, *, live: str) -> Series:
    """A rate that the Federal Reserve steers, with a row on every day of the week."""
    return _rate(name, about, NEXT_BANK_DAY, live=live, points=2.5)


def _rate(name: str, about: str, lag: Lag, **more: Unpack[More]) -> Series:
    path = f"rates/{name}.csv"
    return daily(name, "percent", "rates", about, path, (-2.0, 25.0), lag, **more)


def etf(ticker: str, driver: str, about: str, *, required: bool = False) -> Series:
    """A fund: its close, adjusted for splits and dividends."""
    name, path = ticker.lower(), f"equities/etf_adjclose.csv:{ticker}"
    return daily(
        name,
        "USD, adjusted",
        driver,
        about,
        path,
        (_LOWEST_PRICE, 1e5),
        required=required,
        live=f"yahoo:{ticker} | cboe:chart/{ticker}",
        days="exchange",
        step=_INDEX_FUND_STEP if required else _FUND_STEP,
    )


def crypto(  # noqa: PLR0913 - as above
    name: str,
    unit: str,
    about: str,
    kind: Kind,
    files: str | None,
    valid: tuple[float, float],
    **more: Unpack[More],
) -> Series:
    """A series of the market that never closes."""
    facts: More = {"carry": 2, **more}
    return Series(name, unit, "crypto", about, kind, valid=valid, files=files, **facts)


def bars(  # noqa: PLR0913 - as above
    name: str,
    unit: str,
    driver: str,
    about: str,
    files: str,
    valid: tuple[float, float],
    **more: Unpack[More],
) -> Series:
    """Bars within a day of a market that rests at weekends."""
    facts: More = {"carry": 2, **more}
    return Series(name, unit, driver, about, "bar", valid=valid, files=files, **facts)


def table(
    name: str, about: str, files: str, columns: dict[str, Cells], **more: Unpack[More]
) -> Series:
    """Columns without a clock, each with what it holds."""
    cells = tuple(columns.items())
    return Series(name, "", "leadership", about, "table", columns=cells, files=files, **more)


def funding(name: str, about: str, files: str | None = None, *, live: str) -> Series:
    """A perpetual's funding prints."""
    path = files or f"crypto/{name}.csv"
    return crypto(name, "fraction per interval", about, "funding", path, (-0.05, 0.05), live=live)


def open_interest(name: str, about: str, files: str | None, **more: Unpack[More]) -> Series:
    """Open interest of one vendor, in USD."""
    facts: More = {"carry": 0, "step": 5.0, **more}
    return crypto(name, "USD", about, "snapshot", files, (1e6, 1e13), **facts)


def event(
    name: str, about: str, path: str | None, known_ahead: int, **more: Unpack[More]
) -> Series:
    """A calendar of dated events."""
    return Series(
        name, "dates", "events", about, "calendar", known_ahead=known_ahead, files=path, **more
    )
