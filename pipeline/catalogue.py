"""The catalogue: every series once, with its unit, driver, publication lag and where it is found.

Adding a series is one entry here. Units: yields and spreads in percent, funding as a fraction of
its own interval, open interest and liquidations in USD, prices in USD unless said.
"""

from pipeline.series import (
    NEXT_SESSION,
    SAME_EVENING,
    WEEKLY_MONDAY,
    WEEKLY_THURSDAY,
    Join,
    Kind,
    Lag,
    Series,
)

INF = float("inf")


def _daily(  # noqa: PLR0913 - an entry of the catalogue is these facts
    name: str,
    unit: str,
    driver: str,
    about: str,
    files: str | None,
    valid: tuple[float, float],
    lag: Lag = SAME_EVENING,
    *,
    carry: int = 5,
    required: bool = False,
) -> Series:
    return Series(
        name, unit, driver, about, "value", required, lag, carry=carry, valid=valid, files=files
    )


def _yield(name: str, about: str, *, required: bool = False) -> Series:
    path, valid = f"rates/{name}.csv", (-2.0, 25.0)
    return _daily(name, "percent", "rates", about, path, valid, NEXT_SESSION, required=required)


def _etf(ticker: str, driver: str, about: str, *, required: bool = False) -> Series:
    path = f"equities/etf_adjclose.csv:{ticker}"
    unit = "USD, adjusted"
    return _daily(ticker.lower(), unit, driver, about, path, (0, 1e5), required=required)


def _crypto(  # noqa: PLR0913 - as above
    name: str,
    unit: str,
    about: str,
    kind: Kind,
    files: str | None,
    valid: tuple[float, float],
    *,
    carry: int = 2,
    interval: str = "1D",
    stamp_hours: float = 24.0,
) -> Series:
    return Series(
        name,
        unit,
        "crypto",
        about,
        kind,
        carry=carry,
        valid=valid,
        interval=interval,
        stamp_hours=stamp_hours,
        files=files,
    )


def _table(name: str, about: str, files: str) -> Series:
    return Series(name, "", "leadership", about, "table", files=files)


def _funding(name: str, about: str, files: str | None = None) -> Series:
    path = files or f"crypto/{name}.csv"
    return _crypto(name, "fraction per interval", about, "funding", path, (-0.05, 0.05))


def _open_interest(name: str, about: str, files: str, *, stamp_hours: float = 24.0) -> Series:
    return _crypto(
        name, "USD", about, "snapshot", files, (1e6, 1e13), carry=0, stamp_hours=stamp_hours
    )


def _event(name: str, about: str, path: str | None, known_ahead: int) -> Series:
    return Series(
        name, "dates", "events", about, kind="calendar", known_ahead=known_ahead, files=path
    )


# One line an entry, so that this reads as the table that it is.
# fmt: off
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
    _daily("fed_assets", "USD millions", "rates", "Federal Reserve total assets, Wednesday level", "liquidity/fed_assets.csv", (10000, 1e8), WEEKLY_THURSDAY, carry=12),
    _daily("reserves", "USD millions", "rates", "reserve balances with Federal Reserve Banks", "liquidity/reserves.csv", (100, 1e8), WEEKLY_THURSDAY, carry=12),
    _daily("treasury_account", "USD millions", "rates", "Treasury general account", "liquidity/treasury_account.csv", (0, 1e7), WEEKLY_THURSDAY, carry=12),
    _daily("reverse_repo", "USD billions", "rates", "overnight reverse repurchase agreements", "liquidity/reverse_repo.csv", (0, 10000), NEXT_SESSION),
)

DOLLAR = (
    _daily("dxy", "index points", "dollar", "ICE US dollar index", "dollar/dxy.csv:close", (50, 200), required=True),
    _daily("broad_dollar", "index points", "dollar", "Federal Reserve broad dollar index", "dollar/broad_dollar.csv", (50, 250), WEEKLY_MONDAY, carry=12),
    _daily("eurusd", "USD per EUR", "dollar", "euro", "dollar/eurusd.csv:close", (0.5, 2)),
    _daily("usdjpy", "JPY per USD", "dollar", "yen", "dollar/usdjpy.csv", (50, 400), WEEKLY_MONDAY, carry=12),
)

VOLATILITY = (
    _daily("vix", "percent", "volatility", "Cboe VIX, close", "volatility/vix.csv:close", (5, 200), required=True),
    _daily("vix9d", "percent", "volatility", "Cboe 9-day VIX", "volatility/vix9d.csv:close", (3, 300)),
    _daily("vix3m", "percent", "volatility", "Cboe 3-month VIX", "volatility/vix3m.csv:close", (5, 200)),
    _daily("vvix", "percent", "volatility", "Cboe volatility of VIX", "volatility/vvix.csv", (20, 400)),
    _daily("skew", "index points", "volatility", "Cboe SKEW", "volatility/skew.csv", (90, 250)),
    _daily("put_call", "ratio", "volatility", "Cboe put/call ratio, all products", "volatility/put_call.csv:total", (0.1, 10)),
    _daily("move", "basis points", "volatility", "ICE BofA MOVE, rates volatility", "volatility/move.csv", (10, 500)),
    _daily("gold_vix", "percent", "volatility", "Cboe gold volatility", "volatility/gold_vix.csv", (3, 200), NEXT_SESSION),
)

CREDIT = (
    _daily("hy_oas", "percent", "credit", "ICE BofA US high-yield option-adjusted spread", "credit/hy_oas.csv:BAMLH0A0HYM2", (0.5, 40), NEXT_SESSION, required=True),
    _daily("ig_oas", "percent", "credit", "ICE BofA US investment-grade option-adjusted spread", "credit/ig_oas.csv", (0.1, 20), NEXT_SESSION),
    _daily("baa10y", "percent", "credit", "Moody's Baa yield minus 10-year Treasury", "credit/baa10y.csv", (0.1, 20), NEXT_SESSION),
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
    Series("members", "USD, adjusted", "leadership", "technology and Nasdaq-100 stocks; today's survivors, so breadth flatters the past", "panel", carry=0, valid=(0, 1e6), files="equities/tech_panel_adjclose.csv"),
    _table("members_meta", "sector and industry of each member", "equities/tech_panel_meta.csv"),
    _table("ndx_changes", "Nasdaq-100 additions and removals", "equities/ndx_changes.csv"),
)

HAVENS = (
    _daily("gold", "USD per ounce", "havens", "LBMA gold price, PM", "havens/gold_lbma_pm.csv:close", (10, 20000)),
    _daily("miners_nav", "ratio", "havens", "gold miners' price to net asset value", None, (0, 10), carry=25),
)

CRYPTO = (
    _crypto("btc", "USD", "bitcoin, daily", "bar", "crypto/btc_daily_long.csv", (1, 1e8)),
    _crypto("eth", "USD", "ether, daily", "bar", "crypto/eth_daily.csv", (0.1, 1e7)),
    _crypto("btc_4h", "USD", "bitcoin perpetual, 4-hour bars", "bar", "crypto/btc_4h.csv", (1, 1e8), interval="4h"),
    _crypto("eth_4h", "USD", "ether perpetual, 4-hour bars", "bar", "crypto/eth_4h.csv", (0.1, 1e7), interval="4h"),
    _crypto("btc_1h", "USD", "bitcoin perpetual, 1-hour bars", "bar", "crypto/btc_1h.csv", (1, 1e8), interval="1h"),
    _funding("btc_funding_binance", "BTCUSDT funding"),
    _funding("btc_funding_bitmex", "XBTUSD funding"),
    _funding("eth_funding", "ETHUSDT funding", "crypto/eth_funding_binance.csv"),
    _open_interest("btc_oi_all", "bitcoin open interest, all exchanges, first vendor", "crypto/btc_oi_all_2019_2024.csv:open_interest_usd"),
    _open_interest("btc_oi_all_b", "bitcoin open interest, all exchanges, second vendor, 16:00 UTC snapshot", "crypto/btc_oi_all_2025.csv:open_interest_usd", stamp_hours=16.0),
    _open_interest("btc_oi_coinm", "bitcoin open interest, Binance coin-margined perpetual", "crypto/btc_oi_coinm_2021_2025.csv:oi_close"),
    _open_interest("eth_oi", "ether open interest, Binance coin-margined perpetual", "crypto/eth_oi_coinm_2021_2025.csv:oi_close"),
    _crypto("btc_liquidations_long", "USD", "bitcoin long positions liquidated over the day", "flow", None, (0, 1e12), carry=0),
    _crypto("btc_liquidations_short", "USD", "bitcoin short positions liquidated over the day", "flow", None, (0, 1e12), carry=0),
    _crypto("long_short_ratio", "ratio", "accounts long over accounts short, bitcoin perpetual", "snapshot", None, (0.01, 100)),
    _crypto("stablecoin_supply", "USD", "supply of dollar stablecoins", "snapshot", None, (0, 1e13), carry=5),
    _crypto("fear_greed", "0 to 100", "crypto fear-and-greed index", "snapshot", None, (0, 100)),
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
    Join("btc_funding", "fraction per year", "crypto", "bitcoin funding, annualised by its own interval", ("btc_funding_binance", "btc_funding_bitmex"), by="level"),
    Join("btc_oi_change", "log change", "crypto", "change of bitcoin open interest since the previous session", ("btc_oi_all", "btc_oi_all_b", "btc_oi_coinm"), by="change"),
    Join("eth_oi_change", "log change", "crypto", "change of ether open interest since the previous session", ("eth_oi",), by="change"),
)
# fmt: on

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
