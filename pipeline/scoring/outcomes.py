"""Past calls held against what happened (S45)."""

from typing import Any

import numpy as np
import pandas as pd

from pipeline.scoring.document import Call
from pipeline.settings.desk import OutcomeSettings

OVERSOLD = ("spy", "qqq", "smh", "igv", "iwm", "btc", "gdx")
"""Assets among which the most oversold is looked for: those of the high-beta book."""

_LOOKBACK = 21


def outcome(
    call: Call,
    labels: pd.DataFrame,
    prices: pd.DataFrame,
    correlation: pd.Series,
    settings: OutcomeSettings,
) -> dict[str, Any] | None:
    """What came of a call; None while its window is open, or when it was not asked of.

    Parameters
    ----------
    call
        From the ledger.
    labels
        Rows of ``data/scenarios.parquet``.
    prices
        Closes of `OVERSOLD` by session.
    correlation
        The feature that should fall after a base call.
    settings
        Which window.

    Returns
    -------
    dict
        ``happened`` (scenario), ``hit``, ``probability`` it had been given, and ``check``: the
        question S45 asks of this kind of call, its ``numbers`` and whether it ``held`` (None when
        a number is missing).
    """
    session = pd.Timestamp(call["session"])
    rows = labels[(labels["window"] == settings.window) & (labels["session"] == session)]
    if rows.empty or settings.window not in call["probabilities"]:
        return None
    happened, end = str(rows["scenario"].iloc[0]), rows["label_end"].iloc[0]
    return {
        "happened": happened,
        "hit": call["scenario"] == happened,
        "probability": call["probabilities"][settings.window][happened],
        "check": _check(call["scenario"], prices, correlation, session, end),
    }


def _check(
    scenario: str,
    prices: pd.DataFrame,
    correlation: pd.Series,
    session: pd.Timestamp,
    end: pd.Timestamp,
) -> dict[str, Any]:
    moves = pd.Series(prices.loc[end] / prices.loc[session] - 1.0, dtype=float)
    if scenario == "tightening_shock":
        numbers = {"btc": float(moves["btc"]), "spy": float(moves["spy"])}
        return _answer("did crypto do worse than equities", numbers, moves["btc"] < moves["spy"])
    if scenario == "base":
        before, after = float(correlation[session]), float(correlation[end])
        return _answer("did correlation fall", {"before": before, "after": after}, after < before)
    earlier = prices.loc[:session].tail(_LOOKBACK + 1)
    fallen = (earlier.iloc[-1] / earlier.iloc[0] - 1.0).dropna()
    worst = str(fallen.idxmin())
    numbers = {worst: float(moves[worst]), "best": float(moves.max())}
    best = moves[worst] == moves.max()
    return _answer("did the most oversold rebound most", numbers, best)


def _answer(question: str, numbers: dict[str, float], held: Any) -> dict[str, Any]:
    missing = any(np.isnan(number) for number in numbers.values())
    plain = {name: None if np.isnan(n) else float(n) for name, n in numbers.items()}
    return {"question": question, "numbers": plain, "held": None if missing else bool(held)}
