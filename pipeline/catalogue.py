"""The catalogue: every series once, with its unit, driver, publication lag and where it is found.

Adding a series is one entry here. Units: yields and spreads in percent, funding as a fraction of
its own interval, open interest and liquidations in USD, prices in USD unless said.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["value", "bar", "funding", "snapshot", "flow", "panel", "calendar", "table"]
"""Shape of a raw series.

value     ``date, value``: one observation a day, dated by the day it describes.
bar       ``time, open, high, low, close, volume``: ``time`` is the UTC instant the bar opens.
funding   ``time, rate, interval_hours``: ``time`` is the UTC instant of the print.
snapshot  ``time, value``: a level at a UTC instant.
flow      ``time, value``: an amount over the day that ends at a UTC instant.
panel     ``date`` and one column a ticker.
calendar  ``date`` and attributes: dated events, some of them known ahead.
table     free columns without a clock of their own.
"""


@dataclass(frozen=True)
class Lag:
    """When an observation becomes public.

    Attributes
    ----------
    sessions
        Sessions after the observation's date. 0 says public by the decision time of the same
        session (a closing price); 1 says the next session (FRED's daily yields). Setting it too
        small shows the model numbers that nobody had.
    weekday
        For weekly releases: public on the first such weekday (Monday is 0) after the date.
    words
        The same for people.
    """

    sessions: int = 0
    weekday: int | None = None
    words: str = "same evening"


SAME_EVENING = Lag()
NEXT_SESSION = Lag(1, words="next session")
WEEKLY_MONDAY = Lag(0, weekday=0, words="the Monday after")
WEEKLY_THURSDAY = Lag(0, weekday=3, words="the Thursday after, 16:30 New York")


@dataclass(frozen=True)
class Series:
    """One observed quantity, as published.

    Attributes
    ----------
    carry
        Longest gap, in sessions, over which the last value may stand in for a newer one.
    valid
        Lowest and highest value that can be true, in ``unit``; a value outside stops ingest.
    scale
        Multiplier from the unit found in the file to ``unit``.
    stamp_hours
        For snapshots given by date: hours from that date's midnight (UTC) to the instant that
        the value describes.
    interval
        For bars, their length; a bar counts once it is complete.
    interval_hours
        For funding files that do not carry their interval.
    known_ahead
        For calendars: days before an event from which its date is public.
    files
        Where the ``files`` source has it, as ``path`` or ``path:column``; None says it has not.
    """

    name: str
    unit: str
    driver: str
    about: str
    kind: Kind = "value"
    required: bool = False
    lag: Lag = SAME_EVENING
    carry: int = 5
    valid: tuple[float, float] = (0.0, float("inf"))
    scale: float = 1.0
    stamp_hours: float = 24.0
    interval: str = "1D"
    interval_hours: float = 8.0
    known_ahead: int = 0
    files: str | None = None


@dataclass(frozen=True)
class Join:
    """Several vendors of one quantity, joined at each session by preference.

    ``by='level'`` takes the first vendor that has a value. ``by='change'`` takes the log change
    since the previous session of the first vendor that has both: vendors count different
    exchanges, so a splice of their levels would show a jump that never happened.
    """

    name: str
    unit: str
    driver: str
    about: str
    members: tuple[str, ...]
    by: Literal["level", "change"]


def _yield(name: str, about: str, *, required: bool = False) -> Series:
    return Series(
        name,
        "percent",
        "rates",
        about,
        required=required,
        lag=NEXT_SESSION,
        valid=(-2.0, 25.0),
        files=f"rates/{name}.csv",
    )


def _etf(ticker: str, driver: str, about: str, *, required: bool = False) -> Series:
    return Series(
        ticker.lower(),
        "USD, adjusted",
        driver,
        about,
        required=required,
        valid=(0.0, 1e5),
        files=f"equities/etf_adjclose.csv:{ticker}",
    )


RATES = (
    _yield("us3m", "3-month Treasury"),
    _yield("us6m", "6-month Treasury"),
    _yield("us1y", "1-year Treasury"),
    _yield("us2y", "2-year Treasury", required=True),
    _yield("us5y", "5-year Treasury"),
    _yield("us10y", "10-year Treasury", required=True),
    _yield("us30y", "30-year Treasury"),
    _yield("real10y", "10-year real yield (TIPS)", required=True),
    _yield("breakeven10y", "10-year breakeven inflation"),
    _yield("forward5y5y", "5-year, 5-year forward inflation"),
    _yield("fed_funds", "effective federal funds rate"),
    _yield("fed_target_upper", "Federal funds target, upper bound"),
)

LIQUIDITY = (
    Series(
        "fed_assets",
        "USD millions",
        "rates",
        "Federal Reserve total assets, Wednesday level",
        lag=WEEKLY_THURSDAY,
        carry=12,
        valid=(1e4, 1e8),
        files="liquidity/fed_assets.csv",
    ),
    Series(
        "reserves",
        "USD millions",
        "rates",
        "reserve balances with Federal Reserve Banks",
        lag=WEEKLY_THURSDAY,
        carry=12,
        valid=(1e2, 1e8),
        files="liquidity/reserves.csv",
    ),
    Series(
        "treasury_account",
        "USD millions",
        "rates",
        "Treasury general account",
        lag=WEEKLY_THURSDAY,
        carry=12,
        valid=(0.0, 1e7),
        files="liquidity/treasury_account.csv",
    ),
    Series(
        "reverse_repo",
        "USD billions",
        "rates",
        "overnight reverse repurchase agreements",
        lag=NEXT_SESSION,
        carry=5,
        valid=(0.0, 1e4),
        files="liquidity/reverse_repo.csv",
    ),
)

DOLLAR = (
    Series(
        "dxy",
        "index points",
        "dollar",
        "ICE US dollar index",
        required=True,
        valid=(50.0, 200.0),
        files="dollar/dxy.csv:close",
    ),
    Series(
        "broad_dollar",
        "index points",
        "dollar",
        "Federal Reserve broad dollar index",
        lag=WEEKLY_MONDAY,
        carry=12,
        valid=(50.0, 250.0),
        files="dollar/broad_dollar.csv",
    ),
    Series(
        "eurusd",
        "USD per EUR",
        "dollar",
        "euro",
        valid=(0.5, 2.0),
        files="dollar/eurusd.csv:close",
    ),
    Series(
        "usdjpy",
        "JPY per USD",
        "dollar",
        "yen",
        lag=WEEKLY_MONDAY,
        carry=12,
        valid=(50.0, 400.0),
        files="dollar/usdjpy.csv",
    ),
)

VOLATILITY = (
    Series(
        "vix",
        "percent",
        "volatility",
        "Cboe VIX, close",
        required=True,
        valid=(5.0, 200.0),
        files="volatility/vix.csv:close",
    ),
    Series(
        "vix9d",
        "percent",
        "volatility",
        "Cboe 9-day VIX",
        valid=(3.0, 300.0),
        files="volatility/vix9d.csv:close",
    ),
    Series(
        "vix3m",
        "percent",
        "volatility",
        "Cboe 3-month VIX",
        valid=(5.0, 200.0),
        files="volatility/vix3m.csv:close",
    ),
    Series(
        "vvix",
        "percent",
        "volatility",
        "Cboe volatility of VIX",
        valid=(20.0, 400.0),
        files="volatility/vvix.csv",
    ),
    Series(
        "skew",
        "index points",
        "volatility",
        "Cboe SKEW",
        valid=(90.0, 250.0),
        files="volatility/skew.csv",
    ),
    Series(
        "put_call",
        "ratio",
        "volatility",
        "Cboe put/call ratio, all products",
        valid=(0.1, 10.0),
        files="volatility/put_call.csv:total",
    ),
    Series(
        "move",
        "basis points",
        "volatility",
        "ICE BofA MOVE, rates volatility",
        valid=(10.0, 500.0),
        files="volatility/move.csv",
    ),
    Series(
        "gold_vix",
        "percent",
        "volatility",
        "Cboe gold volatility",
        lag=NEXT_SESSION,
        valid=(3.0, 200.0),
        files="volatility/gold_vix.csv",
    ),
)

CREDIT = (
    Series(
        "hy_oas",
        "percent",
        "credit",
        "ICE BofA US high-yield option-adjusted spread",
        required=True,
        lag=NEXT_SESSION,
        valid=(0.5, 40.0),
        files="credit/hy_oas.csv:BAMLH0A0HYM2",
    ),
    Series(
        "ig_oas",
        "percent",
        "credit",
        "ICE BofA US investment-grade option-adjusted spread",
        lag=NEXT_SESSION,
        valid=(0.1, 20.0),
        files="credit/ig_oas.csv",
    ),
    Series(
        "baa10y",
        "percent",
        "credit",
        "Moody's Baa yield minus 10-year Treasury",
        lag=NEXT_SESSION,
        valid=(0.1, 20.0),
        files="credit/baa10y.csv",
    ),
)

EQUITIES = (
    _etf("SPY", "leadership", "S&P 500", required=True),
    _etf("QQQ", "leadership", "Nasdaq-100", required=True),
    _etf("IWM", "leadership", "Russell 2000"),
    _etf("RSP", "leadership", "S&P 500, equal weight"),
    _etf("XLK", "leadership", "technology"),
    _etf("SMH", "leadership", "semiconductors"),
    _etf("SOXX", "leadership", "semiconductors"),
    _etf("IGV", "leadership", "software"),
    _etf("FDN", "leadership", "internet"),
    _etf("XLC", "leadership", "communication services"),
    _etf("XLY", "leadership", "consumer discretionary"),
    _etf("XLP", "leadership", "consumer staples"),
    _etf("XLU", "leadership", "utilities"),
    _etf("XLF", "leadership", "financials"),
    _etf("XLE", "leadership", "energy"),
    _etf("XLI", "leadership", "industrials"),
    _etf("XLB", "leadership", "materials"),
    _etf("XLV", "leadership", "health care"),
    _etf("XLRE", "leadership", "real estate"),
    _etf("KRE", "leadership", "regional banks"),
    _etf("USO", "coupling", "oil"),
    _etf("DBC", "coupling", "commodities"),
    _etf("TLT", "rates", "Treasuries over 20 years"),
    _etf("IEF", "rates", "Treasuries of 7 to 10 years"),
    _etf("SHY", "rates", "Treasuries of 1 to 3 years"),
    _etf("TIP", "rates", "inflation-protected Treasuries"),
    _etf("HYG", "credit", "high-yield bonds"),
    _etf("LQD", "credit", "investment-grade bonds"),
    _etf("EEM", "coupling", "emerging markets"),
    _etf("UUP", "dollar", "dollar fund"),
    _etf("GLD", "havens", "gold fund"),
    _etf("SLV", "havens", "silver fund"),
    _etf("GDX", "havens", "gold miners"),
    _etf("GDXJ", "havens", "junior gold miners"),
    Series(
        "members",
        "USD, adjusted",
        "leadership",
        "technology and Nasdaq-100 stocks; today's survivors, so breadth flatters the past",
        kind="panel",
        carry=0,
        valid=(0.0, 1e6),
        files="equities/tech_panel_adjclose.csv",
    ),
    Series(
        "members_meta",
        "",
        "leadership",
        "sector and industry of each member",
        kind="table",
        files="equities/tech_panel_meta.csv",
    ),
    Series(
        "ndx_changes",
        "",
        "leadership",
        "Nasdaq-100 additions and removals, by effective date",
        kind="table",
        files="equities/ndx_changes.csv",
    ),
)

HAVENS = (
    Series(
        "gold",
        "USD per ounce",
        "havens",
        "LBMA gold price, afternoon fixing",
        valid=(10.0, 20000.0),
        files="havens/gold_lbma_pm.csv:close",
    ),
)


def _bar(name: str, about: str, path: str, interval: str, valid: tuple[float, float]) -> Series:
    return Series(
        name,
        "USD",
        "crypto",
        about,
        kind="bar",
        carry=2,
        valid=valid,
        interval=interval,
        files=path,
    )


def _open_interest(name: str, about: str, path: str, stamp_hours: float = 24.0) -> Series:
    return Series(
        name,
        "USD",
        "crypto",
        about,
        kind="snapshot",
        carry=0,
        valid=(1e6, 1e13),
        stamp_hours=stamp_hours,
        files=path,
    )


def _funding(name: str, about: str, path: str) -> Series:
    return Series(
        name,
        "fraction per interval",
        "crypto",
        about,
        kind="funding",
        carry=2,
        valid=(-0.05, 0.05),
        files=path,
    )


CRYPTO = (
    _bar("btc", "bitcoin, daily", "crypto/btc_daily_long.csv", "1D", (1.0, 1e8)),
    _bar("eth", "ether, daily", "crypto/eth_daily.csv", "1D", (0.1, 1e7)),
    _bar("btc_4h", "bitcoin perpetual, 4-hour bars", "crypto/btc_4h.csv", "4h", (1.0, 1e8)),
    _bar("eth_4h", "ether perpetual, 4-hour bars", "crypto/eth_4h.csv", "4h", (0.1, 1e7)),
    _bar("btc_1h", "bitcoin perpetual, 1-hour bars", "crypto/btc_1h.csv", "1h", (1.0, 1e8)),
    _funding("btc_funding_binance", "BTCUSDT funding", "crypto/btc_funding_binance.csv"),
    _funding("btc_funding_bitmex", "XBTUSD funding", "crypto/btc_funding_bitmex.csv"),
    _funding("eth_funding", "ETHUSDT funding", "crypto/eth_funding_binance.csv"),
    _open_interest(
        "btc_oi_all",
        "bitcoin open interest, all exchanges, first vendor",
        "crypto/btc_oi_all_2019_2024.csv:open_interest_usd",
    ),
    _open_interest(
        "btc_oi_all_b",
        "bitcoin open interest, all exchanges, second vendor, 16:00 UTC snapshot",
        "crypto/btc_oi_all_2025.csv:open_interest_usd",
        stamp_hours=16.0,
    ),
    _open_interest(
        "btc_oi_coinm",
        "bitcoin open interest, Binance coin-margined perpetual",
        "crypto/btc_oi_coinm_2021_2025.csv:oi_close",
    ),
    _open_interest(
        "eth_oi",
        "ether open interest, Binance coin-margined perpetual",
        "crypto/eth_oi_coinm_2021_2025.csv:oi_close",
    ),
    Series(
        "btc_liquidations_long",
        "USD",
        "crypto",
        "bitcoin long positions liquidated over the day",
        kind="flow",
        carry=0,
        valid=(0.0, 1e12),
    ),
    Series(
        "btc_liquidations_short",
        "USD",
        "crypto",
        "bitcoin short positions liquidated over the day",
        kind="flow",
        carry=0,
        valid=(0.0, 1e12),
    ),
    Series(
        "long_short_ratio",
        "ratio",
        "crypto",
        "accounts long over accounts short, bitcoin perpetual",
        kind="snapshot",
        carry=2,
        valid=(0.01, 100.0),
    ),
    Series(
        "stablecoin_supply",
        "USD",
        "crypto",
        "supply of dollar stablecoins",
        kind="snapshot",
        carry=5,
        valid=(0.0, 1e13),
    ),
    Series(
        "fear_greed",
        "0 to 100",
        "crypto",
        "crypto fear-and-greed index",
        kind="snapshot",
        carry=2,
        valid=(0.0, 100.0),
    ),
    Series(
        "miners_nav",
        "ratio",
        "havens",
        "gold miners' price to net asset value",
        carry=25,
        valid=(0.0, 10.0),
    ),
)


def _event(name: str, about: str, path: str | None, known_ahead: int) -> Series:
    return Series(
        name, "dates", "events", about, kind="calendar", known_ahead=known_ahead, files=path
    )


EVENTS = (
    _event("fomc", "FOMC announcements", "events/fomc.csv", 180),
    _event("cpi", "consumer-price releases", "events/cpi.csv", 90),
    _event("payrolls", "employment reports", "events/payrolls.csv", 90),
    _event("earnings", "earnings of eight mega-caps", "events/megacap_earnings.csv", 14),
    _event("capex_guidance", "capital-spending guidance", "events/capex_guidance.csv", 0),
    _event("geopolitics", "geopolitical shocks", "events/geopolitics.csv", 0),
    _event("gold_buying", "central-bank gold purchases", "events/gold_buying.csv", 0),
)

JOINS = (
    Join(
        "btc_funding",
        "fraction per year",
        "crypto",
        "bitcoin funding, annualised by its own interval",
        ("btc_funding_binance", "btc_funding_bitmex"),
        by="level",
    ),
    Join(
        "btc_oi_change",
        "log change",
        "crypto",
        "change of bitcoin open interest since the previous session",
        ("btc_oi_all", "btc_oi_all_b", "btc_oi_coinm"),
        by="change",
    ),
    Join(
        "eth_oi_change",
        "log change",
        "crypto",
        "change of ether open interest since the previous session",
        ("eth_oi",),
        by="change",
    ),
)

CATALOGUE: dict[str, Series] = {
    series.name: series
    for series in (
        *RATES,
        *LIQUIDITY,
        *DOLLAR,
        *VOLATILITY,
        *CREDIT,
        *EQUITIES,
        *HAVENS,
        *CRYPTO,
        *EVENTS,
    )
}
