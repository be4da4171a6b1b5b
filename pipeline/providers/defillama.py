"""DefiLlama's supply of stablecoins; one answer has all of it."""

from collections.abc import Iterator
from typing import ClassVar

import pandas as pd

from pipeline.providers.client.paging import utc
from pipeline.providers.client.parsing import instants, json_table, numbers, tidy
from pipeline.providers.client.provider import Provider, Request
from pipeline.providers.client.rate_limit import Pace


class Defillama(Provider):
    """Codes are chains, ``all`` for their sum. What is pegged to the dollar, in USD."""

    about: ClassVar = "DefiLlama. Free; the source is to be named"
    address: ClassVar = "https://stablecoins.llama.fi"
    pace: ClassVar = Pace(5, 1.0)

    def pages(self, asked: Request) -> Iterator[pd.DataFrame]:
        """One page. The point of the day that runs is still written to, so it is left out."""
        where = f"defillama ({asked.code})"
        body = self.http.get(f"/stablecoincharts/{asked.code}")
        table = json_table(body, where, ("date", "totalCirculatingUSD"))
        supply = table["totalCirculatingUSD"].map(_pegged_to_the_dollar)
        rows = pd.DataFrame(
            {"time": instants(table["date"], where), "value": numbers(supply, where)}
        ).dropna()
        wanted = rows["time"].between(utc(asked.since), asked.now - pd.Timedelta(days=1))
        yield tidy(rows[wanted], "time")


def _pegged_to_the_dollar(supply: object) -> object:
    """The dollar's part of a supply by currency; the early years lack some currencies."""
    return supply.get("peggedUSD") if isinstance(supply, dict) else None
