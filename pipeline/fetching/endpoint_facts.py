"""What is written about each route: when it begins, and a value that anyone can look up.

Written from providers' manuals and public history, without having asked: `undertow doctor --live`
asks, and says where a line is wrong. The known values are those of 5 August 2024, a session that
every chart shows.
"""

from dataclasses import dataclass

_DAY, _WEDNESDAY = "2024-08-05", "2024-08-07"


@dataclass(frozen=True)
class Expectation:
    """One route.

    Attributes
    ----------
    start
        Date by which its history is documented to have begun; None where that is not known. What
        a provider keeps of it is said by the provider (`Provider.kept_days`).
    known
        A date and its published value, which tell a wrong unit, column or day at once; None where
        no value is public apart from the provider itself, or where dividends restate it.
    """

    start: str | None = None
    known: tuple[str, float] | None = None


def _on(start: str, value: float, day: str = _DAY) -> Expectation:
    return Expectation(start, (day, value))


# One line a route, so that this reads as the table that it is.
# fmt: off
EXPECTED: dict[str, Expectation] = {
    "fred:DGS3MO": _on("1981-09-01", 5.35),
    "fred:DGS2": _on("1976-06-01", 3.89),
    "fred:DGS10": _on("1962-01-02", 3.78),
    "fred:DFII10": _on("2003-01-02", 1.71),
    "fred:T10YIE": _on("2003-01-02", 2.07),
    "fred:DFF": _on("1954-07-01", 5.33),
    "newyorkfed:effr": _on("2000-07-03", 5.33),
    "bundesbank:D.XAU.USD.EA.AC.C05": _on("1968-04-01", 2393.85),
    "fred:WALCL": _on("2002-12-18", 7175256.0, _WEDNESDAY),
    "fred:WRESBAL": _on("2002-12-18", 3351662.0, _WEDNESDAY),
    "fred:WTREGEN": _on("2008-09-03", 770931.0, _WEDNESDAY),
    "h41:RESPPMA_N.WW": _on("2002-12-18", 7175256.0, _WEDNESDAY),
    "h41:RESH4R_XAW_N.WW": _on("2002-12-18", 3351662.0, _WEDNESDAY),
    "h41:RESPPLLDT_XAW_N.WW": Expectation(None, (_WEDNESDAY, 770931.0)),
    "fred:RRPONTSYD": _on("2003-02-07", 316.246),
    "fred:VIXCLS": _on("1990-01-02", 38.57),
    "fred:BAA10Y": _on("1986-01-02", 1.85),
    "treasury:nominal/3 Mo": _on("1990-01-02", 5.35),
    "treasury:nominal/2 Yr": _on("1990-01-02", 3.89),
    "treasury:nominal/10 Yr": _on("1990-01-02", 3.78),
    "treasury:real/10 YR": _on("2003-01-02", 1.71),
    "treasury:breakeven/10": _on("2003-01-02", 2.07),
    "cboe:VIX": _on("1990-01-02", 38.57),
    "cboe:VIX9D": _on("2011-01-04", 42.79),
    "cboe:VIX3M": _on("2009-09-18", 33.71),
    "cboe:VVIX": _on("2006-03-06", 173.32),
    "cboe:SKEW": _on("1990-01-02", 145.3),
    "lbma:gold_pm": _on("1968-04-01", 2393.85),
    "ecb:dxy": _on("1999-01-04", 102.7),
    "yahoo:DX-Y.NYB": _on("1971-01-04", 102.69),
    "yahoo:^VIX": _on("1990-01-02", 38.57),
    "yahoo:^VIX9D": _on("2011-01-04", 42.79),
    "yahoo:^VIX3M": _on("2009-09-18", 33.71),
    "yahoo:^VVIX": _on("2007-01-03", 173.32),
    "yahoo:^SKEW": _on("1990-01-02", 145.3),
    "yahoo:^MOVE": _on("2002-11-12", 121.22),
    "yahoo:AAPL": Expectation("1980-12-12"),
    "yahoo:BTC-USD": _on("2014-09-17", 53991.46),
    "yahoo:ES=F/4h": Expectation(),
    "yahoo:ES=F/60m": Expectation(),
    "yahoo:ETH-USD": _on("2017-11-09", 2419.59),
    "binance:spot/BTCUSDT/1d": _on("2017-08-17", 54018.81),
    "binance:spot/ETHUSDT/1d": _on("2017-08-17", 2419.59),
    "binance:um/BTCUSDT/4h": _on("2019-09-08", 54003.1),
    "binance:um/BTCUSDT/1h": _on("2019-09-08", 54003.1),
    "binance:funding/BTCUSDT": Expectation("2019-09-10"),
    "binance:funding/ETHUSDT": Expectation("2019-11-27"),
    "binance_archive:spot/BTCUSDT/1d": _on("2017-08-17", 54018.81),
    "binance_archive:spot/ETHUSDT/1d": _on("2017-08-17", 2419.59),
    "binance_archive:um/BTCUSDT/4h": _on("2020-01-01", 54003.1),
    "binance_archive:um/BTCUSDT/1h": _on("2020-01-01", 54003.1),
    "binance_archive:funding/BTCUSDT": Expectation("2020-01-01"),
    "binance_archive:funding/ETHUSDT": Expectation("2020-01-01"),
    "binance_archive:interest/BTCUSD_PERP": _on("2021-07-08", 1643459600.0),
    "binance_archive:interest/ETHUSD_PERP": _on("2021-07-08", 916025340.0),
    "binance_archive:crowding/BTCUSDT": Expectation("2020-09-01"),
    "bybit:kline/BTCUSDT/240": _on("2020-03-25", 54003.1),
    "bybit:kline/BTCUSDT/60": _on("2020-03-25", 54003.1),
    "bybit:funding/BTCUSDT": Expectation("2020-03-25"),
    "bybit:funding/ETHUSDT": Expectation("2020-10-21"),
    "bybit:interest/BTCUSDT": Expectation("2020-07-20"),
    "bybit:interest/ETHUSDT": Expectation("2020-10-21"),
    "bitmex:XBTUSD": Expectation("2016-05-14"),
    "coinmetrics:btc": _on("2010-07-18", 53991.46),
    "coinmetrics:eth": _on("2015-08-08", 2419.59),
    "defillama:all": Expectation("2017-11-29"),
    "alternative_me:fng": Expectation("2018-02-01"),
    "fed:fomc": Expectation("1994-02-04"),
    "alfred:10": Expectation("1949-04-01"),
    "alfred:50": Expectation("1997-01-02"),
    "fred_api:10": Expectation("1949-04-01"),
    "fred_api:50": Expectation("1997-01-02"),
    "yahoo:SPY": Expectation("1993-01-29"),
    "yahoo:QQQ": Expectation("1999-03-10"),
    "yahoo:IWM": Expectation("2000-05-26"),
    "yahoo:RSP": Expectation("2003-05-01"),
    "yahoo:XLK": Expectation("1998-12-22"),
    "yahoo:SMH": Expectation("2000-06-05"),
    "yahoo:IGV": Expectation("2001-07-17"),
    "yahoo:XLP": Expectation("1998-12-22"),
    "yahoo:XLU": Expectation("1998-12-22"),
    "yahoo:XLV": Expectation("1998-12-22"),
    "yahoo:USO": Expectation("2006-04-10"),
    "yahoo:TLT": Expectation("2002-07-30"),
    "yahoo:IEF": Expectation("2002-07-30"),
    "yahoo:TIP": Expectation("2003-12-05"),
    "yahoo:HYG": Expectation("2007-04-11"),
    "yahoo:LQD": Expectation("2002-07-30"),
    "yahoo:EEM": Expectation("2003-04-14"),
    "yahoo:GLD": Expectation("2004-11-18"),
    "yahoo:GDX": Expectation("2006-05-22"),
}
# fmt: on
"""By ``provider:code``."""
