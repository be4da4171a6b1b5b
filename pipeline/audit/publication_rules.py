"""When each series is public, by its publisher: the second truth beside the catalogue's lags.

`align` goes by the lags of the catalogue. An audit that read them too would repeat what is wrong
with them. So this table was written from the publishers' own statements, in hours and business
days instead of sessions, and shares no code with `pipeline.aligning.clock`. Where a publisher
promises no hour, or the same number is out earlier elsewhere, the later moment counts.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.tseries import holiday

from pipeline.series.kinds import Series

NEW_YORK, CHICAGO, LONDON = "America/New_York", "America/Chicago", "Europe/London"
_THURSDAY = 3
_DECIDED_AFTER = pd.Timedelta(hours=24.5)
"""From a session's midnight (UTC) to its decision, said here a second time."""


@dataclass(frozen=True)
class Rule:
    """When a publisher puts out what describes a date.

    Attributes
    ----------
    source
        Page or manual of the publisher that says so, in words.
    hour, zone
        Local time of day at which it is out.
    after
        Business days after the date; 0 is the day itself.
    weekday
        For weekly releases: out on the first such weekday (Monday is 0) after the date.
    holidays
        Whether the holidays of the Federal Reserve are no business days; otherwise every weekday
        is one.
    length
        For bars: from the opening instant to the one that closes it.
    stamp
        For snapshots and flows: from the midnight (UTC) of the date that a file gives to the
        instant that the number is of.
    ahead
        For calendars: days before an event from which its date is public.
    """

    source: str
    hour: str = "18:00"
    zone: str = NEW_YORK
    after: int = 0
    weekday: int | None = None
    holidays: bool = False
    length: str = "0h"
    stamp: str = "24h"
    ahead: int = 0


_TREASURY = Rule(
    "Federal Reserve Board, H.15: posted Monday to Friday at 4:15 p.m.; on Columbus and Veterans "
    "Day, when it rests, the Treasury's Daily Par Yield Curve page has them since 6 p.m. of their "
    "own day",
    "16:15",
    after=1,
)
_FED_FUNDS = Rule(
    "Federal Reserve Bank of New York, Effective Federal Funds Rate: published at about 9 a.m. of "
    "the next business day",
    "09:00",
    after=1,
    holidays=True,
)
_BALANCE_SHEET = Rule(
    "Federal Reserve Board, H.4.1: Thursday at 4:30 p.m.; on the next business day when Thursday "
    "is a holiday",
    "16:30",
    weekday=_THURSDAY,
    holidays=True,
)
_REVERSE_REPO = Rule(
    "Federal Reserve Bank of New York, Reverse Repo Operations: results the same afternoon; FRED "
    "promises no hour, so the next morning counts",
    "09:00",
    after=1,
)
_ICE_SPREADS = Rule(
    "FRED's notes on the ICE BofA indices: computed after the close, shown the next morning",
    "09:00",
    CHICAGO,
    after=1,
)
_MOODYS = Rule(
    "FRED, Moody's Baa yield relative to the 10-year Treasury: daily, made with H.15",
    "16:15",
    after=1,
)
_DOLLAR_INDEX = Rule("ICE Futures U.S., US Dollar Index: the trading day ends at 5 p.m.", "17:00")
_CBOE = Rule("Cboe Global Indices: last values of the day at 4:15 p.m.", "16:15")
_CBOE_STATISTICS = Rule("Cboe, Daily Market Statistics: after the close")
_MOVE = Rule("ICE, MOVE index: one value a day, after the bond market's close")
_CLOSES = Rule("NYSE and Nasdaq: closing auctions at 4 p.m., on the consolidated tape after them")
_GOLD = Rule(
    "ICE Benchmark Administration, LBMA Gold Price: auction at 15:00, published when it ends",
    "16:00",
    LONDON,
)
_BY_HAND = Rule("no publisher: what the user keeps, by the evening of its date")
_DAILY_BAR, _FOUR_HOURS, _ONE_HOUR = (
    Rule("the exchange's own kline feed: final when the bar ends", length=length)
    for length in ("24h", "4h", "1h")
)
_INSTANT = Rule("the exchange's or vendor's feed: at the instant that the row bears")
_INSTANT_16 = Rule("the vendor's table: a snapshot at 16:00 UTC of its date", stamp="16h")
_FOMC = Rule(
    "Federal Reserve Board: the meetings of a year are announced by the middle of the year before",
    ahead=180,
)
_STATISTICS = Rule(
    "Office of Management and Budget, schedule of release dates for principal federal economic "
    "indicators: out each autumn for the whole coming year",
    ahead=90,
)
_EARNINGS = Rule("companies confirm the date by press release two to four weeks ahead", ahead=14)
_INDEX_CHANGES = Rule("Nasdaq announces changes days ahead; they count from the day they take hold")
_UNDATED = Rule("a list as of today: nothing says since when it holds (pipeline/audit/undated.py)")

_FUNDS = "spy qqq iwm rsp xlk smh igv xlp xlu xlv uso tlt ief tip hyg lqd eem gld gdx members"
_CRYPTO = (
    "btc_funding_binance btc_funding_bitmex eth_funding btc_oi_all btc_oi_coinm eth_oi "
    "btc_oi_bybit eth_oi_bybit btc_liquidations_long btc_liquidations_short "
    "long_short_ratio stablecoin_supply fear_greed"
)

_RELEASES = (
    (_TREASURY, "us3m us2y us10y real10y breakeven10y"),
    (_FED_FUNDS, "fed_funds"),
    (_BALANCE_SHEET, "fed_assets reserves treasury_account"),
    (_REVERSE_REPO, "reverse_repo"),
    (_DOLLAR_INDEX, "dxy"),
    (_CBOE, "vix vix9d vix3m vvix skew"),
    (_CBOE_STATISTICS, "put_call"),
    (_MOVE, "move"),
    (_ICE_SPREADS, "hy_oas"),
    (_MOODYS, "baa10y"),
    (_CLOSES, _FUNDS),
    (_GOLD, "gold"),
    (_BY_HAND, "miners_nav capex_guidance geopolitics gold_buying"),
    (_DAILY_BAR, "btc eth"),
    (_FOUR_HOURS, "btc_4h es_4h"),
    (_ONE_HOUR, "btc_1h es_1h"),
    (_INSTANT, _CRYPTO),
    (_INSTANT_16, "btc_oi_all_b"),
    (_FOMC, "fomc"),
    (_STATISTICS, "cpi payrolls"),
    (_EARNINGS, "earnings"),
    (_INDEX_CHANGES, "ndx_changes"),
    (_UNDATED, "members_meta"),
)

RULES: dict[str, Rule] = {name: rule for rule, names in _RELEASES for name in names.split()}


class _ReserveBanks(holiday.AbstractHolidayCalendar):
    """Holidays of the Federal Reserve Banks, which do not move a Saturday's to the Friday."""

    rules = [  # noqa: RUF012 - pandas reads it as a class attribute
        holiday.Holiday("New Year", month=1, day=1, observance=holiday.sunday_to_monday),
        holiday.USMartinLutherKingJr,
        holiday.USPresidentsDay,
        holiday.USMemorialDay,
        holiday.Holiday(
            "Juneteenth",
            month=6,
            day=19,
            start_date="2022-01-01",
            observance=holiday.sunday_to_monday,
        ),
        holiday.Holiday("Independence", month=7, day=4, observance=holiday.sunday_to_monday),
        holiday.USLaborDay,
        holiday.USColumbusDay,
        holiday.Holiday("Veterans", month=11, day=11, observance=holiday.sunday_to_monday),
        holiday.USThanksgivingDay,
        holiday.Holiday("Christmas", month=12, day=25, observance=holiday.sunday_to_monday),
    ]


def public_at(raw: pd.DataFrame, series: Series) -> pd.Series:
    """UTC instant from which each row was public, by the publisher's rule.

    Parameters
    ----------
    raw
        Rows in the shape of the series' kind.
    series
        The catalogue's entry, of which only the name is read.

    Returns
    -------
    pandas.Series
        Index of ``raw``; 1970 for the rows of a table without a date, which nothing dates.

    Raises
    ------
    LookupError
        When the series has no rule.
    """
    rule = RULES[series.name]
    if "time" in raw:
        return raw["time"] + pd.Timedelta(rule.length)
    if "date" not in raw:
        return pd.Series(pd.Timestamp(0, tz="UTC"), raw.index)
    dates = pd.to_datetime(raw["date"])
    if series.kind in {"calendar", "table"}:
        days = announced(raw, dates, rule).to_numpy().astype("datetime64[D]")
    else:
        days = _release_days(dates.to_numpy().astype("datetime64[D]"), rule)
    local = pd.DatetimeIndex(days.astype("datetime64[ns]")) + pd.Timedelta(f"{rule.hour}:00")
    return pd.Series(local.tz_localize(rule.zone).tz_convert("UTC"), raw.index)


def announced(raw: pd.DataFrame, dates: pd.Series, rule: Rule) -> pd.Series:
    """Day from which each event of a calendar was public: its own, where the row bears one."""
    days = dates - pd.Timedelta(days=rule.ahead)
    if "type" in raw:
        days = days.where(raw["type"].ne("unscheduled"), dates)
    return pd.to_datetime(raw["announced"]).fillna(days) if "announced" in raw else days


def decided_at(sessions: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """UTC instant of each session's decision."""
    return (sessions + _DECIDED_AFTER).tz_localize("UTC")


def _release_days(days: NDArray[np.datetime64], rule: Rule) -> NDArray[np.datetime64]:
    if rule.holidays and len(days):
        closed = _ReserveBanks().holidays(
            pd.Timestamp(days.min()), pd.Timestamp(days.max()) + pd.Timedelta(days=30)
        )
        holidays = closed.to_numpy().astype("datetime64[D]")
    else:
        holidays = np.empty(0, dtype="datetime64[D]")
    if rule.weekday is not None:
        weekday = pd.DatetimeIndex(days.astype("datetime64[ns]")).day_of_week.to_numpy()
        days = days + ((rule.weekday - weekday - 1) % 7 + 1).astype("timedelta64[D]")
        return np.busday_offset(days, 0, roll="forward", holidays=holidays)
    # Of a weekend's date the first business day after it is the next one, not the one behind that.
    if rule.after:
        return np.busday_offset(days, rule.after, roll="backward", holidays=holidays)
    return np.busday_offset(days, 0, roll="forward", holidays=holidays)
