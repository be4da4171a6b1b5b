"""The whole simulated market, block by block, each drawn once and only from those above it."""

from functools import cached_property

import numpy as np
import pandas as pd

from models.scenarios import SCENARIOS
from pipeline.settings.simulated import SimulatedSettings
from pipeline.simulation import (
    bars,
    bitcoin,
    commodities,
    credit,
    dollar,
    equity_market,
    events,
    factors,
    funds,
    liquidity,
    members,
    positioning,
    rates,
    regimes,
    volatility,
)
from pipeline.simulation.publication import dated, published, with_weekend_month_ends
from pipeline.simulation.timeline import Timeline


class Market:
    """One simulated market.

    Every block has a stream of its own, so the order in which blocks are asked for is of no
    consequence, and a change of one leaves the draws of the others alone.
    """

    def __init__(self, settings: SimulatedSettings) -> None:
        self._settings = settings
        self._seed = settings.seed
        self._timeline = Timeline(settings.start, settings.end)

    def truth(self) -> pd.DataFrame:
        """Hidden regime of each session: columns ``session, regime`` (scenario names)."""
        names = np.asarray(SCENARIOS)[self._regimes.codes]
        return pd.DataFrame({"session": self._timeline.sessions, "regime": names})

    @cached_property
    def series(self) -> dict[str, pd.DataFrame]:
        """Every raw series that exists by the end, by its name in the catalogue."""
        raw = {
            **{name: dated(values) for name, values in self._values().items()},
            **self._stocks(),
            **self._calendars(),
            **self._crypto(),
        }
        found = {name: published(name, frame, self._timeline) for name, frame in raw.items()}
        return {name: frame for name, frame in found.items() if frame is not None}

    @cached_property
    def _regimes(self) -> regimes.Regimes:
        return regimes.simulate(len(self._timeline.sessions), self._settings)

    @cached_property
    def _equities(self) -> equity_market.EquityMarket:
        return equity_market.simulate(self._regimes, self._seed)

    @cached_property
    def _rates(self) -> rates.Rates:
        sessions = self._timeline.sessions
        meetings = events.meetings(self._timeline)
        news = meetings.union(events.inflation_releases(self._timeline))
        news = news.union(events.employment_reports(self._timeline))
        return rates.simulate(
            self._regimes, self._equities, sessions.isin(meetings), sessions.isin(news), self._seed
        )

    @cached_property
    def _yields(self) -> pd.DataFrame:
        return rates.curve(self._rates, self._seed)

    @cached_property
    def _dollar(self) -> pd.DataFrame:
        return dollar.simulate(self._regimes, self._equities, self._rates, self._seed)

    @cached_property
    def _credit(self) -> pd.DataFrame:
        return credit.simulate(self._regimes, self._equities, self._seed)

    @cached_property
    def _commodities(self) -> commodities.Commodities:
        dxy = self._dollar["dxy"].to_numpy()
        return commodities.simulate(self._regimes, self._equities, self._rates, dxy, self._seed)

    @cached_property
    def _factors(self) -> factors.Factors:
        return factors.simulate(
            self._regimes, self._equities, self._rates, self._commodities, self._seed
        )

    @cached_property
    def _funds(self) -> pd.DataFrame:
        fixed_income = self._yields.join(self._credit)
        dxy = self._dollar["dxy"].to_numpy()
        return funds.simulate(self._factors, fixed_income, self._commodities, dxy, self._seed)

    @cached_property
    def _members(self) -> members.Members:
        count = self._settings.members
        return members.simulate(self._timeline.sessions, self._factors, count, self._seed)

    def _values(self) -> dict[str, pd.Series]:
        """Series of one value a day, indexed by date; missing where not quoted."""
        timeline, seed = self._timeline, self._seed
        implied = volatility.simulate(self._equities, self._rates, seed)
        bonds = self._yields.assign(baa10y=self._credit["baa10y"], move=implied.pop("move"))
        bonds = bonds.drop(columns=["us5y", "us30y"])
        bonds.loc[~timeline.bond_days] = np.nan
        spreads = self._credit[["hy_oas"]]
        daily = [bonds, spreads, implied, self._dollar, self._commodities.published, self._funds]
        weeks = liquidity.weekly(timeline, self._rates, self._equities.vix, seed)
        tables = [table.set_axis(timeline.sessions) for table in daily]
        tables += [weeks, liquidity.overnight(timeline, self._rates, seed)]
        values = {str(name): column for table in tables for name, column in table.items()}
        for name in spreads:
            values[str(name)] = with_weekend_month_ends(values[str(name)], timeline.days[-1])
        values["reverse_repo"] = liquidity.reverse_repo(timeline, weeks, seed)
        values["miners_nav"] = funds.miners_nav(self._funds, timeline.sessions)
        return values

    def _stocks(self) -> dict[str, pd.DataFrame]:
        found = self._members
        return {"members": found.prices, "members_meta": found.meta, "ndx_changes": found.changes}

    def _calendars(self) -> dict[str, pd.DataFrame]:
        timeline, seed = self._timeline, self._seed
        reports = events.earnings(timeline, self._members.leaders, seed)
        return {
            "fomc": events.central_bank(timeline, self._rates.emergency),
            "cpi": pd.DataFrame({"date": events.inflation_releases(timeline)}),
            "payrolls": pd.DataFrame({"date": events.employment_reports(timeline)}),
            "earnings": reports,
            "capex_guidance": events.capital_spending(timeline, reports, self._regimes, seed),
            "geopolitics": events.geopolitics(timeline, self._regimes, seed),
            "gold_buying": events.gold_buying(timeline, seed),
        }

    def _crypto(self) -> dict[str, pd.DataFrame]:
        """Bars, funding and positions; nothing before bitcoin's birth."""
        if self._timeline.days[-1] < bitcoin.BIRTH:
            return {}
        regime, seed = self._regimes, self._seed
        coin = bitcoin.simulate(self._timeline, regime, self._equities, seed)
        hours = bars.bitcoin_bars(coin, seed)
        ether = bars.ether_bars(coin, hours, seed)
        ether_daily = ether.aggregate(24, in_coins=True)
        return {
            "btc": hours.aggregate(24, in_coins=False),
            "btc_4h": hours.aggregate(4, in_coins=True),
            "btc_1h": hours.aggregate(1, in_coins=True),
            "eth": ether_daily,
            **positioning.funding(coin, regime, seed),
            **positioning.open_interest(coin, ether_daily, seed),
            **positioning.liquidations(coin),
            **positioning.crowding(coin, regime, seed),
        }
