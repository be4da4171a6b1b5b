"""What the stages left under ``data/``, as the audit looks at it.

Every table becomes a frame by session whose columns are named as in the files, those of several
windows and models as ``window.model.column``.
"""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from features.maths.composite import series_of
from models.states.inputs import as_inputs
from pipeline.audit.counterfactuals import Market
from pipeline.audit.publication import last_public_date
from pipeline.audit.stored import read_stored
from pipeline.catalogue import CATALOGUE
from pipeline.params import Params
from pipeline.storage import store

KEYS = {"scenarios": ["window"], "outlook": ["window", "model"]}
"""Tables with several rows a session, and what tells them apart."""


@dataclass(frozen=True, eq=False)
class Published:
    """Everything that is held against its recomputation.

    Attributes
    ----------
    market
        Raw rows as stored, and the sessions of the panel.
    panel, observed, features, states
        By session.
    labels, outlook
        Rows of ``data/scenarios.parquet`` and ``data/outlook.parquet``.
    """

    settings: Params
    market: Market
    panel: pd.DataFrame
    observed: pd.DataFrame
    features: pd.DataFrame
    states: pd.DataFrame
    labels: pd.DataFrame
    outlook: pd.DataFrame

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by its name, one row a session."""
        return {
            "panel": self.panel,
            "observed": self.observed,
            "features": self.features,
            "scenarios": by_session("scenarios", self.labels),
            "states": self.states,
            "outlook": by_session("outlook", self.outlook),
        }

    @property
    def inputs(self) -> pd.DataFrame:
        """Features and what the states say, as the outlook reads them."""
        return self.features.join(as_inputs(self.states))

    def position(self, session: pd.Timestamp) -> int:
        """Place of a session among those of the panel."""
        return int(self.market.sessions.searchsorted(session))

    def known_labels(self, scenarios: pd.DataFrame, position: int) -> pd.DataFrame:
        """Only the labels whose every part was public at the session at ``position``.

        The label goes by the date observed, so its last ones rest on values not yet published; a
        fold's embargo keeps clear of them.
        """
        parts = [CATALOGUE[name] for name in series_of(self.settings.scenarios.components)]
        last = min(last_public_date(part, self.market.sessions, position) for part in parts)
        known = {
            name: scenarios[name].where(scenarios[f"{name.partition('.')[0]}.label_end"] <= last)
            for name in scenarios.columns
        }
        return pd.DataFrame(known)


def read_published(settings: Params) -> Published:
    """Read it; raises as `pipeline.storage.store` does when a file is absent or damaged."""
    panel = store.read_sessions(store.PANEL)
    return Published(
        settings=settings,
        market=Market(read_stored(settings.data.source), pd.DatetimeIndex(panel.index)),
        panel=panel,
        observed=store.read_sessions(store.OBSERVED),
        features=store.read_sessions(store.FEATURES),
        states=store.read_sessions(store.STATES),
        labels=store.read_parquet(store.SCENARIOS),
        outlook=store.read_parquet(store.OUTLOOK),
    )


def by_session(table: str, rows: pd.DataFrame) -> pd.DataFrame:
    """One row a session, one column for each of the table's `KEYS` and each other column."""
    wide = rows.pivot(index="session", columns=KEYS[table])
    wide.columns = pd.Index([".".join([*names[1:], names[0]]) for names in wide.columns])
    return wide
