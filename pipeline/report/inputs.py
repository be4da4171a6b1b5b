"""What the report reads, each file once and only when a section asks for it."""

from functools import cached_property
from typing import Any

import pandas as pd

from features.maths.composite import series_of
from features.registry import MEMBER_FAMILIES
from pipeline import params
from pipeline.base.errors import DataMissingError
from pipeline.board.readers import readers
from pipeline.board.rows import Row, rows
from pipeline.params import Params
from pipeline.report.rules import Rules
from pipeline.scoring.call import OUTLOOK_WINDOW
from pipeline.scoring.document import Call, checked
from pipeline.scoring.model import Model, load_model
from pipeline.storage import store


class Inputs:
    """The files that the stages left.

    A file that is not there raises `DataMissingError` where it is asked for: the section that
    wanted it then says so, and the others stand.

    Attributes
    ----------
    published
        Whether the page tells what was published; a stage knows the graph's files alone, and tells
        the call of the model that was just trained.
    """

    published = False

    @cached_property
    def settings(self) -> Params:
        """What the run was told."""
        return params.load()

    @property
    def simulated(self) -> bool:
        """Whether the market is made up."""
        return self.settings.data.simulated

    @property
    def next_sessions(self) -> str:
        """What the outlook looks at, in words, such as "the next 10 sessions"."""
        return f"the next {self.settings.scenarios.windows[OUTLOOK_WINDOW].ahead} sessions"

    @cached_property
    def calls(self) -> list[Call]:
        """Every call that the page tells of, oldest first; at least one."""
        return [checked(store.read_json(store.CALL), store.CALL)]

    @cached_property
    def outlook(self) -> pd.DataFrame:
        """Out-of-sample forecasts."""
        return store.read_parquet(store.OUTLOOK)

    @cached_property
    def scenarios(self) -> pd.DataFrame:
        """What happened."""
        return store.read_labels()

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """What happened over the outlook's window."""
        return self.scenarios[self.scenarios["window"] == OUTLOOK_WINDOW]

    @cached_property
    def states(self) -> pd.DataFrame:
        """Filtered states by session."""
        return store.read_sessions(store.STATES)

    @cached_property
    def features(self) -> pd.DataFrame:
        """Features by session."""
        return store.read_sessions(store.FEATURES)

    @property
    def signal_values(self) -> pd.DataFrame:
        """Features that the signal board shows."""
        return self.features

    @cached_property
    def board(self) -> list[Row]:
        """Every feature at the last session, with the rules of the page's call that read it."""
        rules, last = self.rules, self.last_session
        families = tuple(f"{name}." for name in MEMBER_FAMILIES)
        series = [n for n in store.columns_of(store.PANEL) if not n.startswith(families)]
        return rows(
            self.signal_values.loc[:last],
            self.panel(*(name for name in series if name != "session")),
            series_of(rules.components),
            readers(rules.desk, rules.reads),
        )

    def panel(self, *names: str) -> pd.DataFrame:
        """Some columns of the panel, by session."""
        return store.read_sessions(store.PANEL, list(names))

    @cached_property
    def last_session(self) -> pd.Timestamp:
        """Last session of the panel."""
        return store.read_parquet(store.PANEL, ["session"])["session"].iloc[-1]

    @cached_property
    def metrics(self) -> dict[str, Any]:
        """``{window: {model: {metric: value}}}``."""
        return dict(store.read_json(store.EVALUATION))

    def plot(self, name: str) -> pd.DataFrame:
        """One of the tables that evaluate left, by file name without ending."""
        path = store.PLOTS / f"{name}.csv"
        if not path.exists():
            raise DataMissingError(f"{path} is not there; run `dvc repro evaluate`")
        return pd.read_csv(path)

    @cached_property
    def run(self) -> dict[str, Any]:
        """The run in MLflow and what the promotion gates said."""
        return dict(store.read_json(store.RUN))

    @cached_property
    def model(self) -> Model:
        """The model that the page's call is by."""
        return load_model(store.MODEL)

    @cached_property
    def rules(self) -> Rules:
        """What the model's calls are made by."""
        return Rules.of(self.model)

    def document(self, name: str, remedy: str) -> dict[str, Any]:
        """A JSON document of ``data/`` that not every run leaves.

        Raises
        ------
        DataMissingError
            When it is not there; the message ends in ``remedy``.
        """
        path = store.DATA / name
        if not path.exists():
            raise DataMissingError(f"{path} is not there; {remedy}")
        return dict(store.read_json(path))
