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

    Counted from that date, a model is trained at every ``walk_forward.refit_every``-th session, as
    in the walk-forward, whatever calls there are: a backfill that was cut short goes on with the
    same models. Each call is made from what was known at its own session. The models are trained
    side by side, the calls published one after the other.

    Raises
    ------
    ConfigurationError, DataMissingError
        As `pipeline.as_of.score_as_of`, or when `pipeline.compute` cannot compute.
    """
    settings = params.load()
    check(settings.compute)
    training = read_training(settings)
    wanted = _wanted(since, training)
    gaps = _gaps(wanted, settings)
    chunks = _chunks(gaps, wanted, training, settings.walk_forward.refit_every)
    return list(watched(_filled(chunks, training, settings), "calls", len(gaps)))


def _wanted(since: str, training: Training) -> pd.DatetimeIndex:
    sessions = pd.DatetimeIndex(training.values.index)
    return sessions[sessions >= parse_date(since)]


def _gaps(wanted: pd.DatetimeIndex, settings: Params) -> list[pd.Timestamp]:
    ledger.tidy(simulated=settings.data.simulated)
    called = ledger.called_sessions(simulated=settings.data.simulated)
    return [session for session in wanted if f"{session:%Y-%m-%d}" not in called]


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
    shared = (settings, training, read_filter())
    trainings = side_by_side(content_as_of, jobs, shared, settings.compute)
    for content, sessions in zip(trainings, chunks.values(), strict=True):
        model = Model.restore(content)
        material = read_material(model, training.values.index[-1])
        for session in sessions:
            known = material.until(session)
            check_fresh(model.reads, known.panel)
            yield ledger.publish(make_call(model, known), backfill=True)
