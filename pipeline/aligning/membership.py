"""Who belonged to which group of technology stocks at each session, as 0 or 1."""

import pandas as pd

from pipeline.aligning.clock import Clock

_SEMICONDUCTORS = {"Semiconductors", "Semiconductor Materials & Equipment"}
_SOFTWARE = {"Application Software", "Systems Software"}
_TECHNOLOGY = "Information Technology"


def memberships(
    tickers: list[str], meta: pd.DataFrame, changes: pd.DataFrame | None, clock: Clock
) -> pd.DataFrame:
    """Columns ``in_tech.T``, ``in_semis.T`` and ``in_software.T`` for every ticker.

    Technology is the sector, by today's classification, and whoever was in the Nasdaq-100 at that
    session as far as additions and removals are recorded (``changes``; None where no source has
    them, and whoever was ever in it counts); the two industries are today's.
    """
    meta = meta.drop_duplicates("ticker").set_index("ticker").reindex(tickers)
    sector = meta["sector"].eq(_TECHNOLOGY)
    groups = {
        "in_tech": _nasdaq_100(tickers, meta, changes, clock) | _constant(sector, clock),
        "in_semis": _constant(meta["industry"].isin(_SEMICONDUCTORS), clock),
        "in_software": _constant(meta["industry"].isin(_SOFTWARE), clock),
    }
    return pd.concat(
        [mask.astype("int8").add_prefix(f"{name}.") for name, mask in groups.items()], axis=1
    )


def _constant(mask: pd.Series, clock: Clock) -> pd.DataFrame:
    return pd.DataFrame([mask.to_numpy()] * len(clock.sessions), clock.sessions, mask.index)


def _nasdaq_100(
    tickers: list[str], meta: pd.DataFrame, changes: pd.DataFrame | None, clock: Clock
) -> pd.DataFrame:
    ever = meta["ndx_ever"].astype("boolean").fillna(False).astype(float)
    if changes is None:
        return _constant(ever.astype(bool), clock)
    events = pd.concat(
        [
            pd.DataFrame({"ticker": changes[column], "date": changes["date"], "member": member})
            for column, member in (("added_ticker", 1.0), ("removed_ticker", 0.0))
        ]
    ).dropna(subset=["ticker"])
    # Of a ticker that leaves and joins on one day, as a successor under the same symbol does, the
    # addition counts last: it was a member before and is one afterwards.
    events = events[events["ticker"].isin(tickers)].sort_values(["date", "member"], kind="stable")
    position = clock.of_date(pd.to_datetime(events["date"]))
    told = events.assign(position=position).pivot_table("member", "position", "ticker", "last")
    before = 1.0 - events.groupby("ticker")["member"].first()
    start = before.reindex(tickers).fillna(ever)
    inside = told.reindex(index=range(len(clock.sessions)), columns=tickers).ffill().fillna(start)
    return inside.set_axis(clock.sessions).astype(bool)
