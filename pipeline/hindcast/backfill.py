"""Fill the ledger's gaps with what would have been said then, and say that it was said later."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pandas as pd

from models.states.tracking import CausalFilter
from pipeline import params
from pipeline.base.dates import parse_date
from pipeline.base.errors import ModelError
from pipeline.base.progress import watched
from pipeline.compute.jobs import check, side_by_side
from pipeline.hindcast.as_of import content_as_of, filter_as_of, session_at
from pipeline.params import Params
from pipeline.scoring import ledger
from pipeline.scoring.bundle import Training, read_training
from pipeline.scoring.call import make_call
from pipeline.scoring.champion import champion_version, load_champion
from pipeline.scoring.document import Call
from pipeline.scoring.freshness import check_known, late
from pipeline.scoring.gather import published_snapshot, read_snapshot
from pipeline.scoring.late import may_still_come, refuse
from pipeline.scoring.model import Model
from pipeline.scoring.snapshot import Snapshot
from pipeline.series.calendar import decision_times
from pipeline.storage import store

Chunks = dict[pd.Timestamp, list[pd.Timestamp]]
"""Sessions to call, by the session that their model is trained on."""


def backfill(since: str) -> list[Call]:
    """Publish a call for every session since a date that has none.

    Sessions since the champion's training are called by the champion, as on their evening. For
    earlier ones a model is trained, counted from that date, at every
    ``walk_forward.refit_every``-th session, as in the walk-forward, whatever calls there are: a
    backfill that was cut short goes on with the same models. Each call is made from what was known
    at its own session. The models are trained side by side, the calls published one after the
    other.

    Raises
    ------
    ConfigurationError, DataMissingError
        As `pipeline.hindcast.as_of.score_as_of`, or when `pipeline.compute` cannot compute.
    """
    settings = params.load()
    check(settings.compute)
    training = read_training()
    wanted = _wanted(since, settings)
    gaps = _gaps(wanted, settings)
    since_training = _by_champion(gaps, settings.data.source, training)
    earlier = [session for session in gaps if session not in set(since_training)]
    chunks = _chunks(earlier, wanted, training, settings.walk_forward.refit_every)
    earlier_calls = watched(_filled(chunks, training, settings), "calls", len(earlier))
    return [*earlier_calls, *_called(since_training, settings.data.source)]


def _wanted(since: str, settings: Params) -> pd.DatetimeIndex:
    """Sessions since a date whose decision time has come."""
    sessions = store.sessions()
    decided = decision_times(sessions) <= pd.Timestamp.now("UTC")
    if settings.data.simulated:  # a made-up market has its own today
        decided[:] = True
    return sessions[(sessions >= parse_date(since)) & decided]


def _gaps(wanted: pd.DatetimeIndex, settings: Params) -> list[pd.Timestamp]:
    called = ledger.called_sessions(simulated=settings.data.simulated)
    return [session for session in wanted if f"{session:%Y-%m-%d}" not in called]


def _by_champion(gaps: list[pd.Timestamp], source: str, training: Training) -> list[pd.Timestamp]:
    """Sessions after the champion's training, which it could have called on their evening.

    Raises
    ------
    ModelError
        When sessions since the last training wait and there is no champion that could call them,
        or it was trained on later ones and would know what came after.
    """
    newer = [session for session in gaps if session > training.values.index[-1]]
    try:
        trained = load_champion(source).states.session
    except ModelError:
        if newer:
            raise
        return []
    if newer and newer[0] <= trained:
        raise ModelError(
            f"the features here end on {training.values.index[-1]:%Y-%m-%d} and the champion was "
            f"trained on sessions to {trained:%Y-%m-%d}, so its call of {newer[0]:%Y-%m-%d} would "
            "know what came after; run `dvc repro` and the same again"
        )
    return [session for session in gaps if session > trained]


def _called(sessions: Iterable[pd.Timestamp], source: str) -> Iterator[Call]:
    for session in sessions:
        model = load_champion(source)
        snapshot = read_snapshot(model, session)
        _check_late(model, snapshot)
        check_known(model.reads, snapshot.panel)
        call = make_call(model, snapshot)
        call["model"]["version"] = champion_version(source, model.name)
        yield ledger.publish(call, ledger.BACKFILL)


def _check_late(model: Model, snapshot: Snapshot) -> None:
    """Wait for values that may still come; a hole in the past is published and told in the call."""
    found = late(model.reads, snapshot.panel)
    if behind := [each for each in found if may_still_come(each, model.source)]:
        refuse(snapshot.session, behind, model.source)


def _chunks(
    gaps: Iterable[pd.Timestamp], wanted: pd.DatetimeIndex, training: Training, refit_every: int
) -> Chunks:
    chunks: Chunks = {}
    for session in gaps:
        due = wanted[int(wanted.searchsorted(session)) // refit_every * refit_every]
        chunks.setdefault(session_at(f"{due:%Y-%m-%d}", training), []).append(session)
    return chunks


def _filled(chunks: Chunks, training: Training, settings: Params) -> Iterator[Call]:
    jobs = [(trained,) for trained in chunks]
    fits = store.read_fit(store.STATES_FIT)
    trainings = side_by_side(content_as_of, jobs, (settings, training, fits), settings.compute)
    for content, sessions in zip(trainings, chunks.values(), strict=True):
        model = Model.restore(content)
        snapshot = published_snapshot(model, training.values.index[-1])
        for session in sessions:
            known = snapshot.until(session)
            _check_late(model, known)
            check_known(model.reads, known.panel)
            # The states were refitted since its training, as they are through time.
            states = CausalFilter.restore(filter_as_of(fits, known.published))
            call = make_call(replace(model, states=states), known)
            yield ledger.publish(call, ledger.BACKFILL)
