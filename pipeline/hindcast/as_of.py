"""What would have been said then: the final model of an earlier session, and its call.

Everything is cut at that session first; features, states and forecasts up to it are as they were
published, the states' filter has the fit that was in force, and the pool is fitted anew on the
outcomes known then.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from models.scenarios import Window
from models.states.inputs import POSTERIORS
from pipeline import params
from pipeline.base.dates import parse_date
from pipeline.base.errors import DataMissingError, one_line
from pipeline.params import Params
from pipeline.scoring.bundle import Training, assemble, read_training
from pipeline.scoring.call import make_call
from pipeline.scoring.champion import load_champion
from pipeline.scoring.document import Call
from pipeline.scoring.freshness import check_known
from pipeline.scoring.gather import published_snapshot, read_snapshot
from pipeline.scoring.model import Model
from pipeline.scoring.snapshot import Snapshot
from pipeline.series.calendar import next_session
from pipeline.storage import store
from pipeline.training.problems import make_problem


def score_as_of(date: str) -> Call:
    """The call that would have been made of a date's session, or of the last one before it.

    It is not published: the ledger holds what was said at the time (`undertow backfill` fills its
    gaps, and says so).

    Raises
    ------
    ConfigurationError
        When the date is none.
    DataMissingError
        When there is no session or too little history by then, or a required series is too old.
    """
    settings = params.load()
    training = read_training()
    session = session_at(date, training)
    if next_session(session) <= parse_date(date):
        model, snapshot = _since_training(date, settings.data.source)
    else:
        model = model_as_of(session, settings, training)
        snapshot = published_snapshot(model, session)
    check_known(model.reads, snapshot.panel)
    return make_call(model, snapshot)


def _since_training(date: str, source: str) -> tuple[Model, Snapshot]:
    """The champion and what it knew, for a session that the last training has not seen."""
    sessions = store.sessions()
    session = sessions[sessions <= parse_date(date)][-1]
    model = load_champion(source)
    if next_session(session) <= parse_date(date) or model.states.session > session:
        raise DataMissingError(
            f"nothing can be said as of {date}: the data end on {sessions[-1]:%Y-%m-%d}; ask "
            "for an earlier date, or bring newer data and run `dvc repro`"
        )
    return model, read_snapshot(model, session)


def session_at(date: str, training: Training) -> pd.Timestamp:
    """The last session on or before a date."""
    wanted = parse_date(date)
    known = training.states.index.intersection(training.values.index)
    earlier = known[known <= wanted]
    if earlier.empty:
        raise DataMissingError(
            f"nothing can be said as of {wanted:%Y-%m-%d}: states begin on "
            f"{known[0]:%Y-%m-%d}; ask for a later date"
        )
    return earlier[-1]


def model_as_of(session: pd.Timestamp, settings: Params, training: Training) -> Model:
    """The model that a training on this session would have left.

    Parameters
    ----------
    session
        Last session that it may know.
    settings
        Models, pool, label definition and rules of today: what is tested is the method, at that
        date.
    training
        What the stages left; later rows are cut.

    Raises
    ------
    DataMissingError
        When too few outcomes were known by then.
    """
    return Model.restore(
        content_as_of(settings, training, store.read_fit(store.STATES_FIT), session)
    )


def content_as_of(
    settings: Params, training: Training, fits: Mapping[str, Any], session: pd.Timestamp
) -> dict[str, Any]:
    """The bundle's content of `model_as_of`, from memory alone."""
    known = training.until(session)
    windows = {
        window.name: _window_state(window, settings, known)
        for window in settings.scenarios.window_list()
    }
    return assemble(windows, filter_as_of(fits, known.states), known, settings)


def filter_as_of(fits: Mapping[str, Any], published: pd.DataFrame) -> dict[str, Any]:
    """The filter's state at the last session of some published states, by the fit in force then.

    That session's states are published, so no step is taken.

    Parameters
    ----------
    published
        Rows of ``data/states.parquet`` up to the session.

    Raises
    ------
    DataMissingError
        When the fit that published the session is not among them.
    """
    last = published.iloc[-1]
    fit_end = last["fit_end"].isoformat()
    made = [refit["states"] for refit in fits["refits"] if refit.get("states")]
    in_force = next((fit for fit in made if fit["fit_end"] == fit_end), None)
    if in_force is None:
        raise DataMissingError(
            f"{store.STATES_FIT} does not have the fit of {last['fit_end']:%Y-%m-%d}, which "
            f"published the states of {published.index[-1]:%Y-%m-%d}; run `dvc repro`"
        )
    return {
        "fit": in_force,
        "session": published.index[-1].isoformat(),
        "posterior": last.filter(regex=POSTERIORS).to_numpy(dtype=float),
        "label": int(last["label"]),
        "age": int(last["age"]),
        "shown_at": fits["filter"]["shown_at"],
    }


def _window_state(window: Window, settings: Params, known: Training) -> Mapping[str, Any]:
    problem = make_problem(settings, window, known.inputs, known.labels)
    session = problem.features.index[-1]
    labelled = int(problem.outcomes["code"].notna().sum())
    least = settings.walk_forward.min_train
    if labelled < least:
        raise DataMissingError(
            f"only {labelled} outcomes of window {window.name!r} were known by "
            f"{session:%Y-%m-%d}, and walk_forward.min_train asks for {least}; "
            "ask for a later date"
        )
    try:
        return problem.fit().fitted_state()
    except ValueError as error:
        raise DataMissingError(
            f"no model can be fitted as of {session:%Y-%m-%d} ({one_line(error)}); "
            "ask for a later date"
        ) from None
