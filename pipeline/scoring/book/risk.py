"""The book and its risk: what the next sessions can do to what the user holds."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

import numpy as np
import pandas as pd

from models.evaluation.book_returns import book_returns
from models.risk.approach import approach
from models.risk.episodes import past_windows
from models.risk.exposure import exposure_within
from models.risk.history import RETURNS, VIX, following
from models.risk.sample import Sample
from models.scenarios import SCENARIOS
from pipeline.scoring.book.document import BookRisk
from pipeline.scoring.book.hedge import COMPOSITE, hedge, sensitivities
from pipeline.scoring.book.rules import BookRules

TAIL = 0.05
"""Probability of the tail that value at risk and expected shortfall are of."""

_SHOWN = np.array([0.01, 0.05, 0.25, 0.50, 0.75, 0.95, 0.99])


def history_of(weights: Mapping[str, float], panel: pd.DataFrame) -> pd.DataFrame:
    """A book's log returns and the VIX by session, as `models.risk.history` has them."""
    returns = np.log1p(book_returns(weights, panel))
    return pd.DataFrame({RETURNS: returns, VIX: panel[VIX]})


def known_windows(labels: pd.DataFrame, window: str, session: pd.Timestamp) -> pd.DataFrame:
    """``scenario`` and ``composite`` by session, of one window's labels that had ended by then."""
    rows = labels[(labels["window"] == window) & (labels["label_end"] <= session)]
    return rows.set_index("session")[["scenario", COMPOSITE]]


def book_risk(  # noqa: PLR0913 - a book's risk is of exactly these
    rules: BookRules,
    panel: pd.DataFrame,
    labels: pd.DataFrame,
    probabilities: Mapping[str, float],
    horizon: int,
    origin: str,
) -> BookRisk | None:
    """What the sessions after the last one of the panel can do to the book.

    Parameters
    ----------
    rules
        Holdings and how they are judged.
    panel
        By session to the one of the call: `BookRules.series`.
    labels
        From `known_windows`.
    probabilities
        The outlook of that session.
    horizon
        Sessions of the outlook's window.
    origin
        Where the weights come from: ``params.yaml`` or ``holdings``.

    Returns
    -------
    BookRisk or None
        None when the book cannot be priced that evening, or has too short a past.
    """
    history = history_of(rules.book.weights, panel)
    moves = np.expm1(following(history, horizon))
    scenarios = labels["scenario"].reindex(moves.dropna().index).dropna()
    if len(scenarios) < rules.min_train or np.isnan(history.to_numpy()[-1]).any():
        return None
    fitted = approach(rules.book.distribution, horizon).fit(history, scenarios)
    asked = pd.DataFrame([dict(probabilities)], index=history.index[-1:])[list(SCENARIOS)]
    measured = sensitivities(rules, panel, history, labels[COMPOSITE], horizon)
    document = {
        "origin": origin,
        "weights": {name: weight for name, weight in rules.book.weights.items() if weight},
        "cash": max(rules.book.cash, 0.0),
        "horizon": horizon,
        "distribution": rules.book.distribution,
        "past_windows": len(scenarios),
        "since": f"{scenarios.index[0]:%Y-%m-%d}",
        **_tail(fitted.predict(history, asked), rules.book.risk_limit),
        "sensitivities": measured,
        "hedge": hedge(measured, rules.book.hedges),
        "past": {
            name: _known(asdict(past))
            for name, past in past_windows(moves, scenarios, horizon).items()
        },
    }
    return cast("BookRisk", document)


def _tail(sample: Sample, limit: float) -> dict[str, Any]:
    var, shortfall = (float(each[0]) for each in sample.tail(TAIL))
    quantiles = sample.quantiles(_SHOWN)[0].tolist()
    exposure = exposure_within(limit, shortfall)
    return {
        "quantiles": {f"{level:g}": move for level, move in zip(_SHOWN, quantiles, strict=True)},
        "tail": TAIL,
        "value_at_risk": -var,
        "expected_shortfall": -shortfall,
        "risk_limit": limit,
        "within_limit": exposure == 1.0,
        "exposure_within_limit": exposure,
    }


def _known(past: Mapping[str, float]) -> dict[str, float | None]:
    return {name: None if np.isnan(value) else value for name, value in past.items()}
