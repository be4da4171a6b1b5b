"""A look at the market between sessions, from what is stored: which model, which rows, the view."""

from typing import Any

import pandas as pd

from pipeline.base.errors import DataMissingError
from pipeline.hindcast.as_of import model_as_of
from pipeline.params import Params
from pipeline.provisional.moment import moment_asked, session_before
from pipeline.provisional.rows import read_rows, rows_at
from pipeline.provisional.view import view
from pipeline.scoring.bundle import read_training
from pipeline.scoring.champion import load_champion
from pipeline.scoring.freshness import check_known
from pipeline.scoring.gather import published_snapshot, read_snapshot
from pipeline.scoring.model import Model
from pipeline.scoring.snapshot import Snapshot
from pipeline.sources import open_source
from pipeline.storage import store


def look(at: str | None, settings: Params, now: pd.Timestamp) -> dict[str, Any]:
    """The view at a moment; it writes nothing.

    Parameters
    ----------
    at
        The moment as the user wrote it; None takes the last hour that the data reach.

    Raises
    ------
    ConfigurationError
        When the moment is none, or is to come.
    DataMissingError
        When the panel lacks the last session before it, or too little was known by then.
    ModelError
        When there is no usable model.
    """
    source = open_source(settings)
    rows = read_rows(source)
    sessions = store.sessions()
    moment = moment_asked(at, now, rows, sessions)
    session = session_before(moment, sessions)
    model, snapshot = _known(session, settings)
    check_known(model.reads, snapshot.panel)
    return view(model, snapshot, rows_at(rows, moment, source.name), moment)


def _known(session: pd.Timestamp, settings: Params) -> tuple[Model, Snapshot]:
    """The champion and what it knew, or the model of that session when the champion is later."""
    model = load_champion(settings.data.source)
    if model.states.session <= session:
        return model, read_snapshot(model, session)
    training = read_training()
    if session not in training.states.index.intersection(training.values.index):
        raise DataMissingError(
            f"the stages left nothing of {session:%Y-%m-%d}, from which a model of that date would "
            "be trained; ask for a later moment, or run `dvc repro`"
        )
    earlier = model_as_of(session, settings, training)
    return earlier, published_snapshot(earlier, session)
