"""``undertow signals``: the signal board, where every feature stands against its own past."""

from pipeline.base.console import (
    NOTHING,
    out,
    show_json,
    show_quiet,
    show_simulated,
    show_table,
    table,
)
from pipeline.base.errors import ConfigurationError
from pipeline.board.rows import Row
from pipeline.board.standing import SPAN
from pipeline.board.titles import TITLES
from pipeline.commands.published import PublishedInputs
from pipeline.scoring.words import percent

_BLOCKS = "▁▂▃▄▅▆▇█"
_COLUMNS = 21


def run(driver: str | None, signal: str | None, *, changed: bool, as_json: bool) -> None:
    """Print the board, or the part of it that was asked for."""
    inputs = PublishedInputs()
    rows = _chosen(inputs.board, driver, signal)
    if changed:
        rows = [row for row in rows if row.changed]
    if as_json:
        titles = {name for row in rows for name in row.feature.signals}
        show_json(
            {
                "session": f"{inputs.last_session:%Y-%m-%d}",
                "simulated": inputs.simulated,
                "signals": {name: TITLES[name] for name in TITLES if name in titles},
                "features": [row.document() for row in rows],
            }
        )
        return
    if inputs.simulated:
        show_simulated()
    for name in dict.fromkeys(row.feature.driver for row in rows):
        _show(name, [row for row in rows if row.feature.driver == name])
    moved = sum(row.changed for row in rows)
    show_quiet(
        f"{len(rows)} features of {inputs.last_session:%Y-%m-%d}; {moved} in another band (low, "
        f"usual, high; on, off) than {SPAN} sessions ago"
    )


def _chosen(rows: list[Row], driver: str | None, signal: str | None) -> list[Row]:
    """Rows of a driver and a signal, where these are given."""
    drivers = dict.fromkeys(row.feature.driver for row in rows)
    if driver is not None and driver not in drivers:
        raise ConfigurationError(f"--driver: no driver is {driver!r}; there are {_all(drivers)}")
    wanted = None if signal is None else signal.upper()
    if wanted is not None and wanted not in TITLES:
        raise ConfigurationError(f"--signal: no signal is {signal!r}; there are {_all(TITLES)}")
    return [
        row
        for row in rows
        if driver in {None, row.feature.driver}
        and (wanted is None or wanted in row.feature.signals)
    ]


def _all(names: dict[str, str] | dict[str, None]) -> str:
    return ", ".join(names)


def _show(driver: str, rows: list[Row]) -> None:
    show_table(
        table(
            driver, "feature", "signals", "today", f"{SPAN} ago", "direction", "percentile",
            "band", "data old", "last year", "read by",
            text=["signals", "direction", "band", "last year", "read by"], rows=map(_cells, rows),
        )
    )  # fmt: skip
    out.print()


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.feature.name,
        " ".join(row.feature.signals),
        row.shown or NOTHING,
        row.shown_before or NOTHING,
        row.direction or NOTHING,
        percent(row.percentile),
        f"{row.band_before} → {row.band}" if row.changed else row.band or NOTHING,
        NOTHING if row.age_sessions is None else str(row.age_sessions),
        row.missing or _drawn(row),
        "; ".join(row.read_by) or NOTHING,
    )


def _drawn(row: Row) -> str:
    """The last year in blocks, each the last value of its sessions."""
    step = max(1, len(row.last_year) // _COLUMNS)
    values = row.last_year[::-step][:_COLUMNS][::-1]
    known = [value for value in values if value is not None]
    low, width = min(known), (max(known) - min(known)) or 1.0
    return "".join(
        " " if v is None else _BLOCKS[round((v - low) / width * (len(_BLOCKS) - 1))] for v in values
    )
