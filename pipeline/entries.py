"""How an entry of the catalogue is written: one function a kind of series."""

from pipeline.series import NEXT_SESSION, SAME_EVENING, Cells, Kind, Lag, Series


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
    live: str = "",
    not_live: str = "",
) -> Series:
    """A number a day, dated by the day it describes."""
    return Series(
        name,
        unit,
        driver,
        about,
        "value",
        required,
        lag,
        carry=carry,
        valid=valid,
        files=files,
        live=live,
        not_live=not_live,
    )


def treasury_yield(name: str, about: str, *, live: str, required: bool = False) -> Series:
    """A yield that FRED publishes the next session."""
    path, valid = f"rates/{name}.csv", (-2.0, 25.0)
    return daily(
        name, "percent", "rates", about, path, valid, NEXT_SESSION, required=required, live=live
    )


def etf(ticker: str, driver: str, about: str, *, required: bool = False) -> Series:
    """A fund: its close, adjusted for splits and dividends."""
    path = f"equities/etf_adjclose.csv:{ticker}"
    return daily(
        ticker.lower(),
        "USD, adjusted",
        driver,
        about,
        path,
        (0, 1e5),
        required=required,
        live=f"yahoo:{ticker}",
    )


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
    live: str = "",
    not_live: str = "",
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
        live=live,
        not_live=not_live,
    )


def table(  # noqa: PLR0913 - as above
    name: str,
    about: str,
    files: str,
    columns: dict[str, Cells],
    *,
    live: str = "",
    not_live: str = "",
) -> Series:
    """Columns without a clock, each with what it holds."""
    return Series(
        name,
        "",
        "leadership",
        about,
        "table",
        columns=tuple(columns.items()),
        files=files,
        live=live,
        not_live=not_live,
    )


def funding(name: str, about: str, files: str | None = None, *, live: str) -> Series:
    """A perpetual's funding prints."""
    path = files or f"crypto/{name}.csv"
    return crypto(name, "fraction per interval", about, "funding", path, (-0.05, 0.05), live=live)


def open_interest(  # noqa: PLR0913 - as above
    name: str,
    about: str,
    files: str | None,
    *,
    stamp_hours: float = 24.0,
    live: str = "",
    not_live: str = "",
) -> Series:
    """Open interest of one vendor, in USD."""
    return crypto(
        name,
        "USD",
        about,
        "snapshot",
        files,
        (1e6, 1e13),
        carry=0,
        stamp_hours=stamp_hours,
        live=live,
        not_live=not_live,
    )


def event(  # noqa: PLR0913 - as above
    name: str,
    about: str,
    path: str | None,
    known_ahead: int,
    *,
    live: str = "",
    not_live: str = "",
) -> Series:
    """A calendar of dated events."""
    return Series(
        name,
        "dates",
        "events",
        about,
        kind="calendar",
        known_ahead=known_ahead,
        files=path,
        live=live,
        not_live=not_live,
    )
