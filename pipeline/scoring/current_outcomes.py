"""What came of published calls, by the newest data: outcomes close as sessions pass.

They are measured on the panel's own files, not on what the last training labelled, so that no call
waits for a retrain.
"""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from features.registry import compute_last
from pipeline.base.errors import DataMissingError
from pipeline.params import Params
from pipeline.scoring.document import Call
from pipeline.scoring.outcomes import OVERSOLD, outcome
from pipeline.storage import store
from pipeline.training.labels import label_sessions


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Everything that a past call is held against.

    Attributes
    ----------
    labels
        As ``data/scenarios.parquet``, of the one window that outcomes are told of.
    prices
        Closes by session.
    correlation
        The feature that should fall after a base call, by session.
    settings
        Parameters of today: window and label definition.
    """

    labels: pd.DataFrame
    prices: pd.DataFrame
    correlation: pd.Series
    settings: Params
    _came: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict, repr=False)
    """By session and scenario, for many models may have called a session alike."""

    def of(self, call: Call) -> dict[str, Any] | None:
        """What came of a call; None while its window is open."""
        chosen = self.settings.desk.outcomes
        key = (call["session"], call["scenario"])
        if key not in self._came:
            came = outcome(call, self.labels, self.prices, self.correlation, chosen)
            if came is None:
                return None
            self._came[key] = came
        came = self._came[key]
        if chosen.window not in call["probabilities"]:
            return None
        return {**came, "probability": call["probabilities"][chosen.window][came["happened"]]}


def read_outcomes(settings: Params) -> Outcomes:
    """Label the sessions that the panel's files reach now.

    Raises
    ------
    DataMissingError
        When these files are of another market than the calls.
    """
    return Outcomes(
        labels=current_labels(settings, settings.desk.outcomes.window),
        prices=store.read_sessions(store.PANEL, list(OVERSOLD)),
        correlation=_correlation(settings),
        settings=settings,
    )


def current_labels(settings: Params, window: str) -> pd.DataFrame:
    """Labels of one window for every session whose outcome the data tell by now.

    Raises
    ------
    DataMissingError
        As `read_outcomes`.
    """
    if (found := store.source()) != settings.data.source:
        raise DataMissingError(
            f"{store.PANEL} is made of data.source {found!r}, which cannot tell what came of calls "
            f"of {settings.data.source!r}; run `dvc repro align` first"
        )
    chosen = {window: settings.scenarios.windows[window]}
    definition = settings.scenarios.model_copy(update={"windows": chosen})
    return label_sessions(store.read_sessions(store.OBSERVED), definition)


def _correlation(settings: Params) -> pd.Series:
    """The feature as stage ``features`` left it, and computed for the sessions since."""
    name = settings.desk.outcomes.correlation
    known = store.read_sessions(store.FEATURES, [name])[name]
    sessions = store.sessions()
    since = int((sessions > known.index[-1]).sum())
    if not since:
        return known
    panel = store.read_sessions(store.PANEL)
    later = compute_last(panel, settings.feature_settings, [name], since)[name]
    return pd.concat([known, later])
