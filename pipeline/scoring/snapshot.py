"""What a call is made from: the panel, states and past up to a session, and nothing after it."""

from dataclasses import dataclass, replace

import pandas as pd


@dataclass(frozen=True, eq=False)
class Material:
    """Everything known at the last session of the panel.

    Attributes
    ----------
    panel
        One row a session from the start of the data, columns that the model reads and their ages.
    published
        States published up to the last session: ``state_*``, ``entropy``, ``label``, ``word``.
    past
        Features of earlier sessions that analogs are looked for among.
    labels
        Rows of ``data/scenarios.parquet`` whose ``label_end`` is no later than the last session.
    """

    panel: pd.DataFrame
    published: pd.DataFrame
    past: pd.DataFrame
    labels: pd.DataFrame

    @property
    def session(self) -> pd.Timestamp:
        """The session that a call from this is about."""
        return self.panel.index[-1]

    def until(self, session: pd.Timestamp) -> "Material":
        """What was known at an earlier session."""
        return replace(
            self,
            panel=self.panel.loc[:session],
            published=self.published.loc[:session],
            past=self.past.loc[:session],
            labels=self.labels[self.labels["label_end"] <= session],
        )
