"""Ingest run again on a source that ends at a decision, and each stored row found in the source.

A value that was interpolated, filled backwards or shifted before the panel is made looks like data
to everything that follows. Here it is not found in the source, or is another one when the source
ends earlier.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from pipeline.audit.findings import Finding
from pipeline.audit.landings import cut_landings
from pipeline.audit.publication import known_market
from pipeline.audit.publication_rules import decided_at
from pipeline.audit.source_files import cut_folder, read_cells, series_of_files, source_rows
from pipeline.base.errors import UndertowError
from pipeline.catalogue import CATALOGUE
from pipeline.params import Params
from pipeline.series.kinds import FETCHED_AT, PROVIDER, Series
from pipeline.series.source import Source
from pipeline.sources.files import FilesSource
from pipeline.sources.intake import take_in
from pipeline.sources.live import LiveSource
from pipeline.sources.simulated import SimulatedSource

Frames = Mapping[str, pd.DataFrame]

_MEND = "mend what fills or shifts it between the source and data/raw, and run `dvc repro`"


def replay_ingest(
    settings: Params, raw: Frames, sessions: pd.DatetimeIndex, positions: Sequence[int]
) -> list[Finding]:
    """Hold the stored rows against the source: as it is, and as it was at some decisions.

    Parameters
    ----------
    settings
        Section ``data`` says which source; the source must be the one that was ingested.
    raw
        Stored rows by series (`pipeline.audit.stored.read_stored`).
    sessions
        Sessions of the panel.
    positions
        Places among them at which the source is cut; those before every required series has begun
        cannot be replayed and are left out.

    Returns
    -------
    list of Finding
        One a series and cut; all fail.
    """
    found = list(_not_in_files(settings, raw)) if settings.data.source == "files" else []
    for position in positions:
        if replayable(raw, sessions, position):
            found += _replayed(settings, raw, sessions, position)
    return found


def how_replayed(source: str) -> str:
    """What of ingest is replayed, for the certificate."""
    return {
        "files": "each stored row was found in the CSV files, and ingest was run again on copies "
        "of them without what was not yet public",
        "live": "ingest was run again on what was fetched, without what was not yet public",
        "simulated": "there are no files to cut: the market was made again with an earlier end",
    }[source]


def _not_in_files(settings: Params, raw: Frames) -> Iterator[Finding]:
    for path, held in series_of_files(Path(settings.data.folder)):
        cells = read_cells(path)
        for series in held:
            if series.name in raw and series.kind not in {"calendar", "table"}:
                yield from _not_in(source_rows(cells, series), raw[series.name], series, path)


def _not_in(
    source: pd.DataFrame, stored: pd.DataFrame, series: Series, path: Path
) -> Iterator[Finding]:
    clock = "time" if "time" in stored else "date"
    columns = [name for name in source if name != clock]
    one = ["rate" if "rate" in stored else "value"]
    names = columns if series.kind in {"panel", "bar"} else one
    known = source.set_index(clock)[columns].reindex(stored[clock]).to_numpy()
    values = stored[names].to_numpy()
    same = (known == values) | (np.isnan(known) & np.isnan(values))
    wrong = np.flatnonzero(~same.all(axis=1))
    if len(wrong):
        row, column = wrong[0], int(np.argmin(same[wrong[0]]))
        cell = known[row, column]
        says = "has nothing there" if np.isnan(cell) else f"says {cell:g}"
        yield Finding(
            series.name,
            f"data/raw has {values[row, column]:g} on {stored[clock].iloc[row]:%Y-%m-%d} and "
            f"{path.name} {says}; {len(wrong)} rows are alike; {_MEND}",
        )


def replayable(raw: Frames, sessions: pd.DatetimeIndex, position: int) -> bool:
    """Whether every series that ingest requires had begun by a session's decision."""
    known = known_market(raw, sessions, position)
    return all(len(frame) for name, frame in known.items() if CATALOGUE[name].required)


def _replayed(
    settings: Params, raw: Frames, sessions: pd.DatetimeIndex, position: int
) -> Iterator[Finding]:
    decided = decided_at(sessions[[position]])[0]
    with TemporaryDirectory() as place:
        scratch = Path(place)
        source, cut = _cut_source(settings, scratch, decided, sessions[position])
        # A made-up market is made a day longer; `known_market` cuts what came after the decision.
        now = decided + pd.Timedelta(days=int(settings.data.simulated))
        try:
            again = take_in(source, cut, now)
        except UndertowError as error:
            yield Finding(
                f"ingest of {sessions[position]:%Y-%m-%d}",
                f"cannot be run again on what was public then: {error}",
            )
            return
    expected = known_market(raw, sessions, position)
    found = known_market(again, sessions, position)
    for name, stored in raw.items():
        # A table without a date is the whole of it, on both sides.
        dated = {"date", "time"} & set(stored)
        before, after = (expected, found) if dated else (raw, again)
        if difference := _difference(before[name], after.get(name)):
            yield Finding(
                name,
                f"data/raw differs from what ingest makes of the source as it was on "
                f"{sessions[position]:%Y-%m-%d}: {difference}; {_MEND}",
            )


def _cut_source(
    settings: Params, scratch: Path, decided: pd.Timestamp, session: pd.Timestamp
) -> tuple[Source, Params]:
    """The source without what was not public, and the settings that it is read with."""
    data = settings.data
    if data.simulated:
        # Funding of midnight bears the next day's date, and is public at the decision.
        until = session + pd.Timedelta(days=1)
        return SimulatedSource(replace(settings.simulated, end=f"{until:%Y-%m-%d}")), settings
    own = scratch / "own"
    own.mkdir()
    cut_folder(Path(data.folder), own, decided)
    cut = settings.model_copy(update={"data": data.model_copy(update={"folder": str(own)})})
    if data.source == "files":
        return FilesSource(own, data.end), cut
    cut_landings(scratch / "live", decided)
    return LiveSource(own, scratch / "live"), cut


def _difference(stored: pd.DataFrame, again: pd.DataFrame | None) -> str:
    """First difference of two versions of a series, in words; empty when there is none."""
    if again is None:
        return "" if stored.empty else f"none of its {len(stored)} rows is there"
    one, two = (
        frame.drop(columns=[FETCHED_AT, PROVIDER], errors="ignore") for frame in (stored, again)
    )
    clock = next((name for name in ("time", "date") if name in one), None)
    if clock and not one[clock].equals(two[clock]):
        other = one.merge(two, on=clock, how="outer", indicator=True)
        odd = other[other["_merge"] != "both"].iloc[0]
        where = "data/raw" if odd["_merge"] == "left_only" else "the replay"
        return f"a row of {odd[clock]:%Y-%m-%d} is only in {where}"
    for name in one:
        if name in two and not one[name].equals(two[name].astype(one[name].dtype)):
            row = int(np.argmax((one[name] != two[name]) & ~(one[name].isna() & two[name].isna())))
            day = f"{one[clock].iloc[row]:%Y-%m-%d}" if clock else f"row {row + 1}"
            return f"{name} of {day} is {one[name].iloc[row]} there and {two[name].iloc[row]} here"
    return ""
