"""Publishing: the latest session's call by the champion enters the ledger, when it is due.

An act and no stage: no `dvc` command publishes, and none takes back what was published.
"""

from collections.abc import Collection

import pandas as pd

from pipeline.base.errors import DataMissingError, ModelError
from pipeline.base.run import log
from pipeline.scoring import ledger
from pipeline.scoring.call import make_call
from pipeline.scoring.champion import champion_version, load_champion
from pipeline.scoring.document import Call
from pipeline.scoring.freshness import check_known, late
from pipeline.scoring.gather import read_snapshot
from pipeline.scoring.late import check_names, refuse
from pipeline.scoring.model import Model
from pipeline.scoring.snapshot import Snapshot
from pipeline.series.calendar import (
    DECISION_DELAY,
    LONGEST_CLOSED,
    decision_times,
    next_session,
)
from pipeline.storage import store

_EXCHANGE, _OPENING = "America/New_York", pd.Timedelta(hours=9, minutes=30)

_SHOWN = 5


def publish_latest(source: str, despite: Collection[str] = ()) -> Call:
    """The call of the last session whose decision time has come, published once for each model.

    Parameters
    ----------
    source
        Source of the data, whose champion scores.
    despite
        Required series that may be late; the call says so.

    Raises
    ------
    ConfigurationError
        When ``despite`` names a series that is not required.
    ModelError
        When there is no usable model, or it knows what came after the session.
    DataMissingError
        When a required series lacks the value that its publication lag promises.
    """
    check_names(despite)
    model = load_champion(source)
    now = pd.Timestamp.now("UTC")
    session = _due(now, simulated=model.simulated)
    published = ledger.find(f"{session:%Y-%m-%d}", model.name, simulated=model.simulated)
    if published is not None:
        log.info("the call of %s by model %s stands as published", session.date(), model.name)
        return published
    _check_past(model, session)
    _tell_of_gaps(session, simulated=model.simulated)
    snapshot = read_snapshot(model, session)
    _check_late(model, snapshot, despite)
    check_known(model.reads, snapshot.panel)
    call = make_call(model, snapshot)
    call["model"]["version"] = champion_version(source, model.name)
    call["despite_late"] = sorted(set(despite) & {each["series"] for each in call["late"]})
    return ledger.publish(call, kind(session, now, simulated=model.simulated))


def kind(session: pd.Timestamp, now: pd.Timestamp, *, simulated: bool) -> str:
    """Kind of a call published now: ``live`` before the next session opens, else ``backfill``.

    A simulated market has a clock of its own, which stands at its last session.
    """
    # The exchange's calendar takes long to load, and on most evenings nobody needs it.
    soonest, latest = session + pd.offsets.BDay(1), session + LONGEST_CLOSED
    if simulated or now < _opens(soonest):
        return ledger.LIVE
    if now >= _opens(latest):
        return ledger.BACKFILL
    return ledger.LIVE if now < _opens(next_session(session)) else ledger.BACKFILL


def _opens(session: pd.Timestamp) -> pd.Timestamp:
    """Instant at which the stock exchange opens, whatever the season's clock."""
    return session.tz_localize(_EXCHANGE) + _OPENING


def _due(now: pd.Timestamp, *, simulated: bool) -> pd.Timestamp:
    """Last session of the panel whose decision time has come."""
    sessions = store.sessions()
    decided = decision_times(sessions) <= now
    if simulated or decided.all():
        return sessions[-1]
    if not decided.any():
        raise DataMissingError(
            f"no session of {store.PANEL} has had its decision time by {now:%Y-%m-%d %H:%M} UTC; "
            "look at the dates of your files and at this machine's clock"
        )
    early = sessions[~decided][0]
    log.warning(
        "the session of %s is called from %s UTC on; what is there of it is no close yet",
        early.date(),
        f"{early + DECISION_DELAY:%Y-%m-%d %H:%M}",
    )
    return sessions[decided][-1]


def _check_past(model: Model, session: pd.Timestamp) -> None:
    if model.states.session > session:
        raise ModelError(
            f"the champion was trained on sessions to {model.states.session:%Y-%m-%d}, so its "
            f"call of {session:%Y-%m-%d} would know what came after; `undertow score --as-of "
            f"{session:%Y-%m-%d}` tells what would have been said, `undertow backfill --since "
            f"{session:%Y-%m-%d}` publishes it"
        )


def _check_late(model: Model, snapshot: Snapshot, despite: Collection[str]) -> None:
    found = late(model.reads, snapshot.panel)
    behind = [each for each in found if each["series"] not in despite]
    if behind:
        names = " --despite-late ".join(each["series"] for each in behind)
        besides = f", or publish all the same with --despite-late {names}"
        refuse(snapshot.session, behind, model.source, besides)
    for each in found:
        log.warning("%s ends on %s and is used all the same", each["series"], each["last"])


def _tell_of_gaps(session: pd.Timestamp, *, simulated: bool) -> None:
    """Name the sessions since the last call that have none."""
    called = ledger.called_sessions(simulated=simulated)
    before = [day for day in called if day < f"{session:%Y-%m-%d}"]
    if not before:
        return
    sessions = store.sessions()
    skipped = sessions[(sessions > pd.Timestamp(max(before))) & (sessions < session)]
    if len(skipped):
        shown = ", ".join(f"{day:%Y-%m-%d}" for day in skipped[:_SHOWN])
        more = f" and {len(skipped) - _SHOWN} more" if len(skipped) > _SHOWN else ""
        log.warning(
            "no call was published of %s%s; `undertow backfill --since %s` fills that in",
            shown,
            more,
            f"{skipped[0]:%Y-%m-%d}",
        )
