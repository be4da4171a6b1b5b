"""Tickers that stand in one file of the members and not in the other."""

from collections.abc import Iterator, Mapping

import pandas as pd

from pipeline.plausibility.remarks import Remark
from pipeline.series.kinds import FETCHED_AT

_TECHNOLOGY = "Information Technology"
_SHOWN = 8


def inspect(raw: Mapping[str, pd.DataFrame]) -> Iterator[Remark]:
    """Tell of prices without metadata, and of technology or Nasdaq-100 metadata without prices."""
    if "members" not in raw or "members_meta" not in raw:
        return
    meta = raw["members_meta"]
    priced = set(raw["members"].columns) - {"date", FETCHED_AT}
    counted = meta["sector"].eq(_TECHNOLOGY) | meta["ndx_ever"].astype("boolean").fillna(False)
    unknown, unpriced = priced - set(meta["ticker"]), set(meta["ticker"][counted]) - priced
    if unknown:
        yield Remark(
            "members",
            f"{_names(unknown)} without metadata: counted in no group of stocks",
        )
    if unpriced:
        yield Remark(
            "members_meta",
            f"{_names(unpriced)} without prices: breadth does without",
        )


def _names(tickers: set[str]) -> str:
    shown = sorted(tickers)[:_SHOWN]
    more = f" and {len(tickers) - len(shown)} more" if len(tickers) > len(shown) else ""
    return ", ".join(shown) + more
