"""``undertow doctor``: what is stale, what is missing, what the machine lacks, what to do."""

from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
from rich.text import Text

from pipeline import params
from pipeline.base.console import NOTHING, out, show_json, show_table, styled, table
from pipeline.base.errors import ConfigurationError, DataMissingError
from pipeline.doctor.environment import Finding, findings
from pipeline.fetching.connections import Connections
from pipeline.fetching.contact import Contact, markdown
from pipeline.fetching.endpoint_check import first_contact
from pipeline.fetching.plan import choose
from pipeline.fetching.status import Status, statuses
from pipeline.params import Params
from pipeline.plausibility.remarks import Remark, remarks
from pipeline.series.kinds import FETCHED_AT, Series
from pipeline.series.source import rows_of
from pipeline.sources.folder import Absent, absent, unread, what_to_bring
from pipeline.sources.live import LiveSource
from pipeline.storage import store

_MARKS = {True: ("ok", "green"), False: ("mend", "red"), None: ("note", "dim")}
_COLOURS = {"current": "green", "late": "yellow", "stale": "red", "missing": "red"}


def run(only: list[str], *, live: bool, as_json: bool) -> None:
    """Print the tables, and leave with a code that a script can act on.

    Raises
    ------
    ConfigurationError
        When the machine lacks something.
    DataMissingError
        When a required series is behind, or a provider is not as its manual says.
    """
    settings = params.load()
    now, wanted = pd.Timestamp.now("UTC"), choose(only)
    if live:
        _contact(wanted, settings, now, as_json=as_json)
        return
    found, rows = list(findings(settings)), stored_rows(wanted, settings)
    if settings.data.simulated and rows:
        # A made-up market has its own today.
        now = max(frame[FETCHED_AT].max() for frame in rows.values())
    stand = statuses(wanted, rows, now, settings.data.source)
    folder = Path(settings.data.folder)
    lacking = absent(folder) if settings.data.source == "files" else []
    told = _remarks(settings)
    if as_json:
        show_json(
            {
                "machine": [vars(each) for each in found],
                "absent": [vars(each) for each in lacking],
                "series": [_row(s) for s in stand],
                "remarks": [vars(each) for each in told],
            }
        )
    else:
        _show(found, stand, settings)
        _show_absent(lacking, folder)
        _show_remarks(told)
    _judge(found, stand, lacking, folder)


def stored_rows(wanted: list[Series], settings: Params) -> dict[str, pd.DataFrame]:
    """What there is of each series at the chosen source: fetched, or left by ``ingest``."""
    if settings.data.source == "live":
        return rows_of(LiveSource(Path(settings.data.folder)), wanted)
    folder = store.RAW / settings.data.source
    paths = {series.name: folder / f"{series.name}.parquet" for series in wanted}
    return {name: store.read_parquet(path) for name, path in paths.items() if path.exists()}


def _remarks(settings: Params) -> list[Remark]:
    """What nothing reads in the folder now, and what the last ingest remarked."""
    folder = Path(settings.data.folder)
    now = [] if settings.data.simulated or not folder.is_dir() else unread(folder)
    return now + [remark for remark in remarks() if not remark.about.endswith(".csv")]


def _judge(found: list[Finding], stand: list[Status], lacking: list[Absent], folder: Path) -> None:
    if any(each.required for each in lacking):
        raise DataMissingError(
            f"data.folder ({folder}) lacks what every run needs; "
            f"{what_to_bring(folder, optional_too=False)}"
        )
    broken = [finding for finding in found if finding.good is False]
    if broken:
        raise ConfigurationError(f"{broken[0].what}: {broken[0].told}")
    behind = [s for s in stand if s.series.required and s.state != "current"]
    if behind:
        names = ", ".join(f"{s.series.name} ({s.state})" for s in behind)
        raise DataMissingError(f"required and behind: {names}; {behind[0].remedy}")


def _show(found: list[Finding], stand: list[Status], settings: Params) -> None:
    machine = ((each.what, styled(_MARKS[each.good]), each.told) for each in found)
    show_table(table("The machine", "", "", "", text=[""], rows=machine))
    out.print()
    title = f"Series of data.source: {settings.data.source}"
    show_table(
        table(
            title, "series", "provider", "first", "last", "age", "rows", "state", "what to do",
            text=["provider", "first", "last", "state", "what to do"], rows=map(_cells, stand),
        )
    )  # fmt: skip
    counts = pd.Series([each.state for each in stand]).value_counts()
    told = ", ".join(f"{count} {state}" for state, count in counts.items())
    out.print(f"{told}; * is required; age in sessions")


def _cells(status: Status) -> tuple[str | Text, ...]:
    return (
        status.series.name + (" *" if status.series.required else ""),
        status.provider or NOTHING,
        _day(status.first) or NOTHING,
        _day(status.last) or NOTHING,
        NOTHING if status.age is None else str(status.age),
        str(status.rows) if status.rows else NOTHING,
        styled((status.state, _COLOURS.get(status.state, "dim"))),
        status.remedy,
    )


def _show_absent(lacking: list[Absent], folder: Path) -> None:
    if not lacking:
        return
    out.print()
    columns = ("file", "columns", "series", "needed")
    needed = {True: ("required", "red"), False: ("optional", "dim")}
    rows = (
        (each.path, each.columns, ", ".join(each.series), styled(needed[each.required]))
        for each in lacking
    )
    show_table(table(f"Not in data.folder: {folder}", *columns, text=columns, rows=rows))


def _show_remarks(told: list[Remark]) -> None:
    if not told:
        return
    out.print()
    columns, rows = ("about", "what was found"), ((each.about, each.text) for each in told)
    show_table(table("Remarks on the data", *columns, text=columns, rows=rows))


def _contact(wanted: list[Series], settings: Params, now: pd.Timestamp, *, as_json: bool) -> None:
    """Ask every route, and hold its answer to what is written about it."""
    with Connections(settings.live) as connections:
        contacts = list(first_contact(wanted, connections, settings, now))
    if as_json:
        show_json([contact.document() for contact in contacts])
    else:
        _show_contacts(contacts, settings, now)
    failed = [contact for contact in contacts if not contact.as_documented]
    if failed:
        first = failed[0]
        raise DataMissingError(
            f"{len(failed)} of {len(contacts)} routes are not as documented; the first: "
            f"{first.series} at {first.provider}: {first.said}"
        )


def _show_contacts(contacts: list[Contact], settings: Params, now: pd.Timestamp) -> None:
    """A table that can be pasted into an issue as it is."""
    out.print(f"undertow {version('undertow')}, first contact on {now:%Y-%m-%d %H:%M} UTC")
    out.print()
    for line in markdown(contacts, settings.live):
        out.print(line)


def _row(status: Status) -> dict[str, Any]:
    return {
        "series": status.series.name,
        "required": status.series.required,
        "provider": status.provider,
        "first": _day(status.first),
        "last": _day(status.last),
        "fetched_at": None if status.fetched_at is None else status.fetched_at.isoformat(),
        "rows": status.rows,
        "age_sessions": status.age,
        "state": status.state,
        "remedy": status.remedy,
    }


def _day(when: pd.Timestamp | None) -> str | None:
    return None if when is None else f"{when:%Y-%m-%d}"
