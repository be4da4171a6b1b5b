"""Fill the ledger's gaps with what would have been said then, and say that it was said later."""

from collections.abc import Iterable, Iterator

import pandas as pd

from pipeline import ledger, params
from pipeline.as_of import content_as_of, read_filter, session_at
from pipeline.assembly import Training, read_training
from pipeline.compute.jobs import check, side_by_side
from pipeline.dates import parse_date
from pipeline.desk.call import Call, make_call
from pipeline.desk.freshness import check_fresh
from pipeline.model import Model
from pipeline.params import Params
from pipeline.progress import watched
from pipeline.score import read_material

Chunks = dict[pd.Timestamp, list[pd.Timestamp]]
"""Sessions to call, by the session that their model is trained on."""


def backfill(since: str) -> list[Call]:
    """Publish a call for every session since a date that has none.

    A model is trained at the first gap and serves ``walk_forward.refit_every`` sessions, as in
    the walk-forward; each call is made from what was known at its own session. The models are
    trained side by side, the calls published one after the other.

    Raises
    ------
    ConfigurationError, DataMissingError
        As `pipeline.as_of.score_as_of`, or when `pipeline.compute` cannot compute.
    """
    settings = params.load()
    check(settings.compute)
    training = read_training(settings)
    gaps = _gaps(since, settings, training)
    chunks = _chunks(gaps, training, settings.walk_forward.refit_every)
    return list(watched(_filled(chunks, training, settings), "calls", len(gaps)))


def _gaps(since: str, settings: Params, training: Training) -> list[pd.Timestamp]:
    sessions = pd.DatetimeIndex(training.values.index)
    wanted = sessions[sessions >= parse_date(since)]
    ledger.tidy(simulated=settings.data.simulated)
    called = ledger.called_sessions(simulated=settings.data.simulated)
    return [session for session in wanted if f"{session:%Y-%m-%d}" not in called]


def _chunks(gaps: Iterable[pd.Timestamp], training: Training, refit_every: int) -> Chunks:
    sessions = training.values.index
    chunks: Chunks = {}
    trained: pd.Timestamp | None = None
    for session in gaps:
        if trained is None or ((sessions > trained) & (sessions <= session)).sum() >= refit_every:
            trained = session_at(f"{session:%Y-%m-%d}", training)
        chunks.setdefault(trained, []).append(session)
    return chunks


def _filled(chunks: Chunks, training: Training, settings: Params) -> Iterator[Call]:
    jobs = [(trained,) for trained in chunks]
    shared = (settings, training, read_filter())
    trainings = side_by_side(content_as_of, jobs, shared, settings.compute)
    for content, sessions in zip(trainings, chunks.values(), strict=True):
        model = Model.restore(content)
        material = read_material(model, training.values.index[-1])
        for session in sessions:
            known = material.until(session)
            check_fresh(model.reads, known.panel)
            yield ledger.publish(make_call(model, known), backfill=True)
