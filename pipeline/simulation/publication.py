"""When each series begins and ends, on which days it is quoted, and its raw shape."""

import numpy as np
import pandas as pd

from pipeline.catalogue import CATALOGUE
from pipeline.simulation.timeline import Timeline

_BORN = {
    "rsp": "2005-01-03",
    "smh": "2005-01-03",
    "igv": "2005-01-03",
    "gld": "2004-11-18",
    "gdx": "2006-05-22",
    "uso": "2006-04-10",
    "tip": "2003-12-05",
    "hyg": "2007-04-11",
    "eem": "2003-04-14",
    "members": "2004-01-02",
    "vix9d": "2011-01-04",
    "vix3m": "2009-09-18",
    "vvix": "2006-03-06",
    "put_call": "2019-10-07",
    "treasury_account": "2008-09-03",
    "miners_nav": "2007-01-05",
    "btc": "2014-09-17",
    "eth": "2017-08-17",
    "btc_4h": "2020-01-01",
    "btc_1h": "2023-01-01",
    "btc_funding_bitmex": "2016-05-14T12:00",
    "btc_funding_binance": "2019-09-10T08:00",
    "eth_funding": "2019-11-27T08:00",
    "btc_oi_all": "2019-03-31",
    "btc_oi_all_b": "2025-02-14",
    "btc_oi_coinm": "2021-09-16",
    "eth_oi": "2021-09-16",
    "btc_oi_bybit": "2020-07-21",
    "eth_oi_bybit": "2021-09-16",
    "btc_liquidations_long": "2020-01-02",
    "btc_liquidations_short": "2020-01-02",
    "long_short_ratio": "2020-07-01",
    "stablecoin_supply": "2017-11-29",
    "fear_greed": "2018-02-01",
    "ndx_changes": "2007-02-01",
    "cpi": "2004-02-01",
    "capex_guidance": "2015-01-01",
    "gold_buying": "2010-01-01",
}
"""First row of each series that is younger than the market, as the real ones are."""

_DIED = {"btc_oi_all": "2024-11-21", "btc_funding_bitmex": "2020-11-05T04:00"}
"""Last row of each vendor that has stopped."""

_DAY = pd.Timedelta(days=1)


def published(name: str, frame: pd.DataFrame, timeline: Timeline) -> pd.DataFrame | None:
    """Rows of a raw series that are out by the market's end; None when there is none yet.

    Instants reach to the midnight that closes the last day; calendars as far beyond the end as
    the catalogue says their dates are known ahead.
    """
    clock = next((column for column in ("time", "date") if column in frame), None)
    if clock is None:
        return frame
    stamps = frame[clock].dt.as_unit("ns")
    ahead = CATALOGUE[name].known_ahead if clock == "date" else 1
    end = pd.Timestamp(timeline.end) + ahead * _DAY
    first = max(pd.Timestamp(_BORN.get(name, timeline.start)), pd.Timestamp(timeline.start))
    last = min(pd.Timestamp(_DIED[name]), end) if name in _DIED else end
    out = stamps.between(first.tz_localize(stamps.dt.tz), last.tz_localize(stamps.dt.tz))
    return frame.assign(**{clock: stamps})[out].reset_index(drop=True) if out.any() else None


def dated(values: pd.Series) -> pd.DataFrame:
    """Raw rows of a daily value: its index as dates, without the missing."""
    known = values.dropna()
    return pd.DataFrame({"date": known.index, "value": known.to_numpy(dtype=float)})


def with_weekend_month_ends(values: pd.Series, last: pd.Timestamp) -> pd.Series:
    """Repeat Friday's value on month-ends that fall on a weekend, as spread indices do."""
    ends = pd.date_range(values.index[0], last, freq="ME")
    weekend = ends[np.asarray(ends.day_of_week) >= 5]
    return values.reindex(values.index.union(weekend)).ffill(limit=1)
