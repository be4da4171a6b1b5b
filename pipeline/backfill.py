"""Fill the ledger's gaps with what would have been said then, and say that it was said later."""

from collections.abc import Callable, Iterable, Iterator

import pandas as pd

from pipeline import ledger, params
from pipeline.as_of import model_as_of, session_at
from pipeline.assembly import read_training
from pipeline.desk.call import Call, make_call
from pipeline.desk.freshness import check_fresh
from pipeline.desk.material import Material
from pipeline.errors import ConfigurationError
from pipeline.model import Model
from pipeline.score import read_material

Watch = Callable[[Iterable[pd.Timestamp]], Iterable[pd.Timestamp]]
"""Wraps the sessions while they are filled, to show progress."""


def backfill(since: str, watch: Watch = iter) -> list[Call]:
    """Publish a call for every session since a date that has none.

    A model is trained at the first gap and serves ``walk_forward.refit_every`` sessions, as in
    the walk-forward; each call is made from what was known at its own session.

    Raises
    ------
    ConfigurationError, DataMissingError
        As `pipeline.as_of.score_as_of`.
    """
    return list(_filled(since, watch))


def _filled(since: str, watch: Watch) -> Iterator[Call]:
    settings = params.load()
    training = read_training(settings)
    sessions = pd.DatetimeIndex(training.values.index)
    try:
        wanted = sessions[sessions >= pd.Timestamp(since)]
    except ValueError:
        raise ConfigurationError(f"{since!r} is not a date; write it as 2025-06-02") from None
    called = ledger.called_sessions(simulated=settings.data.simulated)
    gaps = [session for session in wanted if f"{session:%Y-%m-%d}" not in called]
    model: Model | None = None
    material: Material | None = None
    trained = sessions[0]
    for session in watch(gaps):
        served = int(((sessions > trained) & (sessions <= session)).sum())
        if model is None or material is None or served >= settings.walk_forward.refit_every:
            trained = session_at(str(session), training)
            model = model_as_of(trained, settings, training)
            material = read_material(model, sessions[-1])
        known = material.until(session)
        check_fresh(model.reads, known.panel)
        yield ledger.publish(make_call(model, known), backfill=True)
