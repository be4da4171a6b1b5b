"""The catalogue: every series once, with its unit, driver, publication lag and where it is found.

Adding a series is one entry here. Units: yields and spreads in percent, funding as a fraction of
its own interval, open interest and liquidations in USD, prices in USD unless said.
"""

from pipeline.series.entries import (
    bars,
    crypto,
    daily,
    etf,
    event,
    funding,
    open_interest,
    policy_rate,
    table,
    treasury_yield,
)
from pipeline.series.kinds import NEXT_SESSION, WEEKLY_THURSDAY, Join, Series

# One line an entry, so that this reads as the table that it is.
# fmt: off
RATES = (
    treasury_yield("us3m", "3-month Treasury", live="fred:DGS3MO | treasury:nominal/3 Mo"),
    treasury_yield("us2y", "2-year Treasury", required=True, live="fred:DGS2 | treasury:nominal/2 Yr"),
    treasury_yield("us10y", "10-year Treasury", required=True, live="fred:DGS10 | treasury:nominal/10 Yr"),
    treasury_yield("real10y", "10-year real yield (TIPS)", required=True, live="fred:DFII10 | treasury:real/10 YR"),
    treasury_yield("breakeven10y", "10-year breakeven inflation", live="fred:T10YIE | treasury:breakeven/10"),
    policy_rate("fed_funds", "effective federal funds rate", live="fred:DFF | newyorkfed:effr"),
)

LIQUIDITY = (
    daily("fed_assets", "USD millions", "rates", "Federal Reserve total assets, Wednesday level", "liquidity/fed_assets.csv", (10000, 1e8), WEEKLY_THURSDAY, carry=12, days="weekly", step=2, live="fred:WALCL | h41:RESPPMA_N.WW"),
    daily("reserves", "USD millions", "rates", "reserve balances with Federal Reserve Banks", "liquidity/reserves.csv", (100, 1e8), WEEKLY_THURSDAY, carry=12, days="weekly", live="fred:WRESBAL | h41:RESH4R_XAW_N.WW"),
    daily("treasury_account", "USD millions", "rates", "Treasury general account", "liquidity/treasury_account.csv", (0, 1e7), WEEKLY_THURSDAY, carry=12, days="weekly", live="fred:WTREGEN | h41:RESPPLLDT_XAW_N.WW"),
    daily("reverse_repo", "USD billions", "rates", "overnight reverse repurchase agreements", "liquidity/reverse_repo.csv", (0, 10000), NEXT_SESSION, live="fred:RRPONTSYD"),
)

DOLLAR = (
    daily("dxy", "index points", "dollar", "ICE US dollar index", "dollar/dxy.csv:close", (50, 200), required=True, days="weekdays", step=1.3, live="yahoo:DX-Y.NYB | ecb:dxy"),
)

VOLATILITY = (
    daily("vix", "percent", "volatility", "Cboe VIX, close", "volatility/vix.csv:close", (5, 200), required=True, days="exchange", step=3, live="cboe:VIX | yahoo:^VIX | fred:VIXCLS"),
    daily("vix9d", "percent", "volatility", "Cboe 9-day VIX", "volatility/vix9d.csv:close", (3, 300), days="exchange", step=5, live="cboe:VIX9D | yahoo:^VIX9D"),
    daily("vix3m", "percent", "volatility", "Cboe 3-month VIX", "volatility/vix3m.csv:close", (5, 200), days="exchange", step=3, live="cboe:VIX3M | yahoo:^VIX3M"),
    daily("vvix", "percent", "volatility", "Cboe volatility of VIX", "volatility/vvix.csv", (20, 400), days="exchange", step=3, live="cboe:VVIX | yahoo:^VVIX"),
    daily("skew", "index points", "volatility", "Cboe SKEW", "volatility/skew.csv", (90, 250), days="exchange", step=2, live="cboe:SKEW | yahoo:^SKEW"),
    daily("put_call", "ratio", "volatility", "Cboe put/call ratio, all products", "volatility/put_call.csv:total", (0.1, 10), days="exchange", step=5, not_live="Cboe ended its free history in 2019 and offers one day at a time"),
    daily("move", "basis points", "volatility", "ICE BofA MOVE, rates volatility", "volatility/move.csv", (10, 500), days="weekdays", step=3, live="yahoo:^MOVE"),
)

CREDIT = (
    daily("hy_oas", "percent", "credit", "ICE BofA US high-yield option-adjusted spread", "credit/hy_oas.csv:BAMLH0A0HYM2", (0.5, 40), NEXT_SESSION, required=True, days="month_ends", step=2, live="fred:BAMLH0A0HYM2", stand_in=("hyg", "ief")),
    daily("baa10y", "percent", "credit", "Moody's Baa yield minus 10-year Treasury", "credit/baa10y.csv", (0.1, 20), NEXT_SESSION, days="weekdays", step=2, live="fred:BAA10Y"),
)

EQUITIES = (
    etf("SPY", "leadership", "S&P 500", required=True),
    etf("QQQ", "leadership", "Nasdaq-100", required=True),
    etf("IWM", "leadership", "Russell 2000"),
    etf("RSP", "leadership", "S&P 500, equal weight"),
    etf("XLK", "leadership", "technology"),
    etf("SMH", "leadership", "semiconductors"),
    etf("IGV", "leadership", "software"),
    etf("XLP", "leadership", "consumer staples"),
    etf("XLU", "leadership", "utilities"),
    etf("XLV", "leadership", "health care"),
    etf("USO", "coupling", "oil"),
    etf("TLT", "rates", "Treasuries over 20 years"),
    etf("IEF", "rates", "Treasuries of 7 to 10 years"),
    etf("TIP", "rates", "inflation-protected Treasuries"),
    etf("HYG", "credit", "high-yield bonds"),
    etf("LQD", "credit", "investment-grade bonds"),
    etf("EEM", "coupling", "emerging markets"),
    etf("GLD", "havens", "gold fund"),
    etf("GDX", "havens", "gold miners"),
    bars("es_4h", "index points", "leadership", "S&P 500 futures, 4-hour bars made of 1-hour ones", "equities/es_4h.csv", (100, 1e5), interval="4h", recent=63, step=1.3, live="yahoo:ES=F/4h"),
    bars("es_1h", "index points", "leadership", "S&P 500 futures, 1-hour bars", "equities/es_1h.csv", (100, 1e5), interval="1h", recent=63, step=1.3, live="yahoo:ES=F/60m"),
    Series("members", "USD, adjusted", "leadership", "technology and Nasdaq-100 stocks; today's survivors, so breadth flatters the past", "panel", carry=0, valid=(1e-4, 1e6), days="exchange", step=1.94, files="equities/tech_panel_adjclose.csv", live="yahoo:*"),
    table("members_meta", "sector and industry of each member", "equities/tech_panel_meta.csv", {"ticker": "text", "sector": "text", "industry": "text", "ndx_ever": "flag"}, live="universe:members"),
    table("ndx_changes", "Nasdaq-100 additions and removals", "equities/ndx_changes.csv", {"date": "date", "added_ticker": "text", "removed_ticker": "text"}, not_live="no public endpoint lists dated additions and removals"),
)

HAVENS = (
    daily("gold", "USD per ounce", "havens", "LBMA gold price, PM", "havens/gold_lbma_pm.csv:close", (10, 20000), days="weekdays", step=1.4, live="lbma:gold_pm | bundesbank:D.XAU.USD.EA.AC.C05"),
    daily("miners_nav", "ratio", "havens", "gold miners' price to net asset value", None, (0.01, 10), carry=25, not_live="no public endpoint has the miners' net asset value"),
)

CRYPTO = (
    crypto("btc", "USD", "bitcoin, daily", "bar", "crypto/btc_daily_long.csv", (1, 1e8), step=3, live="yahoo:BTC-USD | binance:spot/BTCUSDT/1d | binance_archive:spot/BTCUSDT/1d | coinmetrics:btc"),
    crypto("eth", "USD", "ether, daily", "bar", "crypto/eth_daily.csv", (0.1, 1e7), step=3, live="binance_archive:spot/ETHUSDT/1d | binance:spot/ETHUSDT/1d | yahoo:ETH-USD | coinmetrics:eth"),
    crypto("btc_4h", "USD", "bitcoin perpetual, 4-hour bars", "bar", "crypto/btc_4h.csv", (1, 1e8), interval="4h", recent=63, step=2, live="binance_archive:um/BTCUSDT/4h | binance:um/BTCUSDT/4h | bybit:kline/BTCUSDT/240"),
    crypto("btc_1h", "USD", "bitcoin perpetual, 1-hour bars", "bar", "crypto/btc_1h.csv", (1, 1e8), interval="1h", recent=63, step=2, live="binance_archive:um/BTCUSDT/1h | binance:um/BTCUSDT/1h | bybit:kline/BTCUSDT/60"),
    funding("btc_funding_binance", "BTCUSDT funding", live="binance_archive:funding/BTCUSDT | binance:funding/BTCUSDT | bybit:funding/BTCUSDT"),
    funding("btc_funding_bitmex", "XBTUSD funding", live="bitmex:XBTUSD"),
    funding("eth_funding", "ETHUSDT funding", "crypto/eth_funding_binance.csv", live="binance_archive:funding/ETHUSDT | binance:funding/ETHUSDT | bybit:funding/ETHUSDT"),
    open_interest("btc_oi_all", "bitcoin open interest, all exchanges, first vendor", "crypto/btc_oi_all_2019_2024.csv:open_interest_usd", not_live="vendors that sum all exchanges ask for a key"),
    open_interest("btc_oi_all_b", "bitcoin open interest, all exchanges, second vendor, 16:00 UTC snapshot", "crypto/btc_oi_all_2025.csv:open_interest_usd", stamp_hours=16.0, not_live="vendors that sum all exchanges ask for a key"),
    open_interest("btc_oi_coinm", "bitcoin open interest, Binance coin-margined perpetual", "crypto/btc_oi_coinm_2021_2025.csv:oi_close", live="binance_archive:interest/BTCUSD_PERP | binance:interest/BTCUSD"),
    open_interest("eth_oi", "ether open interest, Binance coin-margined perpetual", "crypto/eth_oi_coinm_2021_2025.csv:oi_close", live="binance_archive:interest/ETHUSD_PERP | binance:interest/ETHUSD"),
    open_interest("btc_oi_bybit", "bitcoin open interest, Bybit USDT perpetual, one-sided", None, live="bybit:interest/BTCUSDT"),
    open_interest("eth_oi_bybit", "ether open interest, Bybit USDT perpetual, one-sided", None, live="bybit:interest/ETHUSDT"),
    crypto("btc_liquidations_long", "USD", "bitcoin long positions liquidated over the day", "flow", None, (0, 1e12), carry=0, live="gate:BTC_USDT/long_liq_usd"),
    crypto("btc_liquidations_short", "USD", "bitcoin short positions liquidated over the day", "flow", None, (0, 1e12), carry=0, live="gate:BTC_USDT/short_liq_usd"),
    crypto("long_short_ratio", "ratio", "accounts long over accounts short, bitcoin perpetual", "snapshot", None, (0.01, 100), step=5, live="binance_archive:crowding/BTCUSDT | binance:crowding/BTCUSDT"),
    crypto("stablecoin_supply", "USD", "supply of dollar stablecoins", "snapshot", None, (1e6, 1e13), carry=5, step=2, live="defillama:all"),
    crypto("fear_greed", "0 to 100", "crypto fear-and-greed index", "snapshot", None, (0, 100), live="alternative_me:fng"),
)

EVENTS = (
    event("fomc", "FOMC announcements", "events/fomc.csv", 180, live="fed:fomc"),
    event("cpi", "consumer-price releases", "events/cpi.csv", 90, live="alfred:10 | bls:cpi | fred_api:10"),
    event("payrolls", "employment reports", "events/payrolls.csv", 90, live="alfred:50 | bls:payrolls | fred_api:50"),
    event("earnings", "earnings of eight mega-caps", "events/megacap_earnings.csv", 14, not_live="no public endpoint has dated earnings with history"),
    event("capex_guidance", "capital-spending guidance", "events/capex_guidance.csv", 0, not_live="kept by hand: the user's own calendar"),
    event("geopolitics", "geopolitical shocks", "events/geopolitics.csv", 0, not_live="kept by hand: the user's own calendar"),
    event("gold_buying", "central-bank gold purchases", "events/gold_buying.csv", 0, not_live="kept by hand: the user's own calendar"),
)

JOINS = (
    Join("btc_funding", "fraction per year", "crypto", "bitcoin funding, annualised by its own interval", ("btc_funding_binance", "btc_funding_bitmex"), by="level"),
    Join("btc_oi_change", "log change", "crypto", "change of bitcoin open interest since the previous session", ("btc_oi_all", "btc_oi_all_b", "btc_oi_coinm", "btc_oi_bybit"), by="change"),
    Join("eth_oi_change", "log change", "crypto", "change of ether open interest since the previous session", ("eth_oi", "eth_oi_bybit"), by="change"),
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

PRICED = tuple(name for name, series in CATALOGUE.items() if series.priced)
"""Series that a book can hold."""
