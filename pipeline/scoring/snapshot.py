"""What a call is made from: the panel, states and past up to a session, and nothing after it."""

from dataclasses import dataclass, replace

import pandas as pd

from pipeline.desk.timeframes import bar_ends
from pipeline.series.calendar import DECISION_DELAY


@dataclass(frozen=True, eq=False)
class Snapshot:
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
    bars
        Intraday bars by series: ``time`` (opening instant), ``close``.
    """

    panel: pd.DataFrame
    published: pd.DataFrame
    past: pd.DataFrame
    labels: pd.DataFrame
    bars: dict[str, pd.DataFrame]

    @property
    def session(self) -> pd.Timestamp:
        """The session that a call from this is about."""
        return self.panel.index[-1]

    def until(self, session: pd.Timestamp) -> "Snapshot":
        """What was known at an earlier session."""
        decision = (session + DECISION_DELAY).tz_localize("UTC")
        return replace(
            self,
            panel=self.panel.loc[:session],
            published=self.published.loc[:session],
            past=self.past.loc[:session],
            labels=self.labels[self.labels["label_end"] <= session],
            # A bar that is open at the decision has a close of later.
            bars={name: bars[bar_ends(name, bars) <= decision] for name, bars in self.bars.items()},
        )
