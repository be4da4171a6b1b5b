"""Before the evening's call: bring the sessions that are due and that the panel lacks."""

from pathlib import Path

import pandas as pd

from pipeline.base.dates import checked
from pipeline.base.errors import ConfigurationError, DataMissingError
from pipeline.base.names import checked_name
from pipeline.base.run import log
from pipeline.series.calendar import DECISION_DELAY, decision_time
from pipeline.storage import store
from pipeline.storage.yaml_file import read_yaml

_PARAMS = Path("params.yaml")
_ARCHIVE = 10
"""Sessions behind today up to which files count as late; beyond, as an archive."""


def bring_up_to_date(source: str, *, fetch: bool) -> None:
    """Fetch and align the sessions that have become due since the panel was made.

    Files are brought by the user: when they are some sessions behind, that is told and no older
    call stands in for tonight's.

    Parameters
    ----------
    source
        Source of the rows that the panel is made of.
    fetch
        Whether the newest session is wanted: public endpoints are asked for it (``live``), or it
        must be in the files. Otherwise what is there is scored.

    Raises
    ------
    ConfigurationError
        When ``params.yaml`` names another source.
    DataMissingError
        When a session is due and its data cannot be had: a call for an older one is not tonight's.
    """
    last, now = store.last_session(), pd.Timestamp.now("UTC")
    if source == "simulated" or not may_be_due(last, now):
        return
    chosen, folder, end = _chosen()
    if end is not None and pd.Timestamp(end) < last + pd.offsets.BDay(1):
        log.warning("data.end of params.yaml ends the data on %s: this is its call", last.date())
        return
    if source == "live" and fetch:
        _fetch_and_align(last, now, chosen)
        return
    if fetch and len(pd.bdate_range(last, now.tz_localize(None))) < 2 * _ARCHIVE:
        _check_not_late(last, now, folder)
    _tell_age(source, last, now)


def may_be_due(last: pd.Timestamp, now: pd.Timestamp) -> bool:
    """Whether the weekday after ``last`` has had its decision time; it may still be a holiday."""
    return bool(decision_time(last + pd.offsets.BDay(1)) <= now)


def _chosen() -> tuple[str, str, str | None]:
    """Source, folder and end of section ``data``.

    The whole of ``params.yaml`` is checked only where these do not fit: that takes longer than a
    call, which rests on no other section.
    """
    document = read_yaml(_PARAMS)
    try:
        source, folder, end = (document["data"][name] for name in ("source", "folder", "end"))
        return checked_name("source", source), str(folder), None if end is None else checked(end)
    except (LookupError, TypeError, ValueError):
        from pipeline import params  # noqa: PLC0415

        data = params.load().data
        return data.source, data.folder, data.end


def _check_not_late(last: pd.Timestamp, now: pd.Timestamp, folder: str) -> None:
    """Stop when the user's files are some sessions behind, as on an evening before the export.

    Files that end long ago are an archive, and called as they are.
    """
    from pipeline.fetching.due import recent_sessions  # noqa: PLC0415 - it loads the calendar

    waiting = recent_sessions(now)
    waiting = waiting[waiting > last]
    if 0 < len(waiting) <= _ARCHIVE:
        raise DataMissingError(
            f"the session of {waiting[-1]:%Y-%m-%d} is due, and the files in {folder} reach "
            f"{last:%Y-%m-%d} only; bring its rows, run `dvc repro align` and score again, or stay "
            f'with that session: `undertow score --no-fetch`, or data.end: "{last:%Y-%m-%d}" in '
            "params.yaml"
        )


def _tell_age(source: str, last: pd.Timestamp, now: pd.Timestamp) -> None:
    weekdays = len(pd.bdate_range(last, now.tz_localize(None) - DECISION_DELAY)) - 1
    log.warning(
        "the panel ends on %s, %d weekdays ago, so this is the call of that session; %s",
        last.date(),
        weekdays,
        "leave out --no-fetch for a newer one"
        if source == "live"
        else "put newer rows into data.folder and run `dvc repro align`",
    )


def _fetch_and_align(last: pd.Timestamp, now: pd.Timestamp, chosen: str) -> None:
    # What most evenings' second score does without.
    from pipeline.commands.fetch import fetch_all  # noqa: PLC0415
    from pipeline.fetching.due import last_session  # noqa: PLC0415
    from pipeline.stages import align, ingest  # noqa: PLC0415

    due = last_session(now)
    if due <= last:
        return
    if chosen != "live":
        raise ConfigurationError(
            f"the rows in {store.RAW} are live data, but data.source is {chosen!r}; "
            "run `undertow use live`, or `dvc repro` for the other source"
        )
    log.info("the session of %s is due; fetching", due.date())
    fetch_all()
    ingest.main()
    align.main()
    reached = store.last_session()
    if reached < due:
        raise DataMissingError(
            f"the session of {due:%Y-%m-%d} is due, but the data reach {reached:%Y-%m-%d} only; "
            "`undertow doctor` tells which series are behind"
        )
