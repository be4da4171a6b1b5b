"""What the page of the day tells beside the files of the stages: the ledger, by the newest data."""

from functools import cached_property

import pandas as pd

from pipeline.base.errors import DataMissingError
from pipeline.board.rows import up_to
from pipeline.report.inputs import Inputs
from pipeline.scoring import ledger
from pipeline.scoring.call import OUTLOOK_WINDOW
from pipeline.scoring.champion import load_champion
from pipeline.scoring.current_outcomes import current_labels
from pipeline.scoring.document import Call
from pipeline.scoring.model import Model
from pipeline.storage import store
from pipeline.tracking.deployed import check_deployed


class PublishedInputs(Inputs):
    """The files that the stages left, and what was published by the champion."""

    published = True

    @cached_property
    def calls(self) -> list[Call]:
        """Every call of the ledger, oldest first; at least one.

        Raises
        ------
        DataMissingError
            When the ledger is empty.
        """
        published = ledger.calls(simulated=self.simulated)
        if not published:
            raise DataMissingError(f"{store.LEDGER} holds no call yet; run `undertow score`")
        return published

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """What happened over the outlook's window, as far as the newest data tell."""
        return current_labels(self.settings, OUTLOOK_WINDOW)

    @cached_property
    def signal_values(self) -> pd.DataFrame:
        """Features of the sessions that came after the last run too."""
        if self.features.index[-1] >= self.last_session:
            return self.features
        panel = store.read_sessions(store.PANEL)
        return up_to(panel, self.features, self.settings.feature_settings)

    @cached_property
    def model(self) -> Model:
        """The model that scores."""
        check_deployed(source := store.source())
        return load_champion(source)
