"""A project, wherever it lies and from wherever it is asked."""

import os
from collections.abc import Collection, Iterator
from contextlib import chdir, contextmanager
from datetime import date
from threading import RLock

import pandas as pd

from pipeline import params
from pipeline.api.comparison import Comparison, as_frames
from pipeline.base.errors import ConfigurationError
from pipeline.base.project import project_of
from pipeline.commands import ledger as published
from pipeline.commands.score import call_of
from pipeline.scoring.document import Call
from pipeline.storage import store

_ALONE = RLock()
"""The process has one working directory, so that one question is answered at a time."""


class Project:
    """A project of undertow: what the last run left in it, and its calls.

    Each method works in the project's folder while it runs and comes back, so that a program may
    stand anywhere; calls from several threads wait for one another. What is wrong raises an
    ``UndertowError`` whose text says what to do.

    Parameters
    ----------
    folder
        The project's, or one below it; ``~`` is understood.

    Attributes
    ----------
    folder
        The project's, absolute.

    Raises
    ------
    ConfigurationError
        When the folder is no path, is not there, or lies in no project.
    """

    def __init__(self, folder: str | os.PathLike[str] = ".") -> None:
        self.folder = project_of(folder)

    def __repr__(self) -> str:
        return f"Project({str(self.folder)!r})"

    def score(
        self,
        as_of: str | date | None = None,
        *,
        fetch: bool = True,
        despite_late: str | Collection[str] = (),
    ) -> Call:
        """The latest session's call, as ``undertow score`` publishes it.

        A session that was published before gives the published call again.

        Parameters
        ----------
        as_of
            A date, or ``YYYY-MM-DD``: what would have been said then; trains, and publishes
            nothing.
        fetch
            Whether the newest session is wanted, or what is there already.
        despite_late
            Required series that may be late; the call says so.

        Returns
        -------
        Call
            A dictionary in the shape of ``undertow schema``; docs/glossary.md has every word.

        Raises
        ------
        DataMissingError
            When the session's data are not there yet.
        ModelError
            When there is no model that can score.
        """
        with self._here():
            day = f"{as_of:%Y-%m-%d}" if isinstance(as_of, date) else as_of
            return call_of(day, _listed(despite_late), fetch=fetch)

    def outlook(self, window: str | None = None, model: str | None = None) -> pd.DataFrame:
        """Every forecast of the last training, out of sample only.

        Parameters
        ----------
        window
            Such as ``ahead``; None gives all.
        model
            Such as ``pool``, whose forecast is the call's; None gives all.

        Returns
        -------
        DataFrame
            ``session, window, model``, a probability each for ``base, tightening_shock,
            reflation``, and ``fit_end``, the last session that the forecast had learned from.

        Raises
        ------
        ConfigurationError
            When there is no such window or model.
        """
        with self._here():
            rows = store.read_parquet(store.OUTLOOK)
        for column, wanted in (("window", window), ("model", model)):
            if wanted is not None:
                _check(wanted, column, rows[column].unique())
                rows = rows[rows[column] == wanted]
        return rows.reset_index(drop=True)

    def features(self, names: str | Collection[str] | None = None) -> pd.DataFrame:
        """Features as known at each session's decision time.

        Parameters
        ----------
        names
            As ``undertow features`` lists them; None gives all.

        Returns
        -------
        DataFrame
            Indexed by session, a column a feature; NaN where a series that it reads was missing.

        Raises
        ------
        ConfigurationError
            When there is no such feature.
        """
        with self._here():
            wanted = None if names is None else _listed(names)
            for name in wanted or ():
                _check(name, "feature", store.columns_of(store.FEATURES)[1:])
            return store.read_sessions(store.FEATURES, wanted)

    def ledger(self) -> pd.DataFrame:
        """Every call as published, in the order of sessions, and what came of the closed ones.

        Returns
        -------
        DataFrame
            A row a call, with the columns of ``undertow ledger --csv``: ``session`` and
            ``published_at`` as times, ``<window>_<scenario>`` for each probability, ``happened``,
            ``hit`` and the ``probability`` that what happened had, missing while the window is
            open. Empty before the first call.
        """
        with self._here():
            settings = params.load()
            rows = [published.flat(each) for each in published.entries(settings)]
        calls = pd.DataFrame(rows)
        for column in calls.columns.intersection(["session", "published_at"]):
            calls[column] = pd.to_datetime(calls[column])
        return calls

    def compare(self, first: str | int, second: str | int = "champion") -> Comparison:
        """Which of two runs is better on the same days, and whether it is noise.

        Parameters
        ----------
        first, second
            ``champion``, ``challenger``, a version's number, a DVC experiment, a run's name or id.

        Raises
        ------
        ModelError
            When there is no such run, or the two cannot be compared.
        """
        # MLflow takes seconds to import, and nothing else here needs it.
        from pipeline.tracking.compare_runs import compare_runs  # noqa: PLC0415

        with self._here():
            return as_frames(compare_runs(str(first), str(second), params.load()))

    @contextmanager
    def _here(self) -> Iterator[None]:
        with _ALONE, chdir(self.folder):
            yield


def _listed(names: str | Collection[str]) -> list[str]:
    """Names as a list; a text is one name, not its letters."""
    return [names] if isinstance(names, str) else list(names)


def _check(wanted: str, kind: str, known: Collection[str]) -> None:
    if wanted not in known:
        raise ConfigurationError(f"no {kind} is called {wanted!r}; known: {', '.join(known)}")
