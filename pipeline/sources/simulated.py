"""A market made up from a seed, whose truth is known; the default, since it needs no network."""

from functools import cached_property

import pandas as pd

from pipeline.params import Params
from pipeline.series.calendar import decision_time
from pipeline.series.kinds import Series
from pipeline.settings.simulated import SimulatedSettings
from pipeline.simulation.market import Market


def open_source(params: Params) -> "SimulatedSource":
    """Open the market that section ``simulated`` describes."""
    return SimulatedSource(params.simulated)


class SimulatedSource:
    """Gives every series of the catalogue, with the habits of the real ones.

    Parameters
    ----------
    settings
        Which market. The same settings give the same bytes in whatever order series are fetched.
    """

    name = "simulated"

    def __init__(self, settings: SimulatedSettings) -> None:
        self._settings = settings

    @cached_property
    def _market(self) -> Market:
        return Market(self._settings)

    def fetch(self, series: Series) -> pd.DataFrame | None:
        """All rows of a series up to the market's end; None when it is not born by then."""
        frame = self._market.series.get(series.name)
        return None if frame is None else frame.copy()

    def fetched_at(self, series: Series) -> pd.Timestamp:  # noqa: ARG002  a market has one clock
        """Decision time of the market's last date."""
        return decision_time(pd.Timestamp(self._settings.end))

    def truth(self) -> pd.DataFrame:
        """Hidden regime of each session: columns ``session, regime`` (scenario names)."""
        return self._market.truth()
