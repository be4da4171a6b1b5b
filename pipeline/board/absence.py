"""Why a feature has no value, in words."""

from collections.abc import Collection

import pandas as pd

from features.registry import MEMBER_FAMILIES
from pipeline.scoring.freshness import freshness


def reason(inputs: Collection[str], panel: pd.DataFrame) -> str:
    """Why a feature is missing at the panel's last session.

    Parameters
    ----------
    inputs
        Series that it reads.
    panel
        One row a session, columns of the series and their ages.
    """
    series = dict.fromkeys(n.partition(".")[0] for n in inputs if n not in MEMBER_FAMILIES)
    known = freshness(series, panel)
    absent = [name for name in series if not _has_values(name, panel)]
    if absent:
        return f"no data of {', '.join(absent)}"
    ended = [
        f"{name} ends on {state['last']}"
        + (f" (carried {state['limit']} sessions at most)" if state["limit"] is not None else "")
        for name, state in known.items()
        if state["missing"]
    ]
    if ended:
        return ", ".join(ended)
    unknown = [n for n in inputs if n not in series and n in panel and pd.isna(panel[n].iloc[-1])]
    if unknown:
        return f"{', '.join(unknown)} is not known on this session"
    return "too few sessions of what it reads, or not defined on this session"


def _has_values(series: str, panel: pd.DataFrame) -> bool:
    """Whether any session has a value of a series, or of a part such as ``fomc.next``."""
    own = [name for name in panel if name == series or str(name).startswith(f"{series}.")]
    return bool(panel[own].notna().to_numpy().any())
