"""Sector and industry of each member: the list that comes with undertow; nobody is asked."""

from collections.abc import Iterator
from typing import ClassVar

import pandas as pd

from pipeline.providers.client.provider import Provider, Request
from pipeline.providers.client.rate_limit import Pace
from pipeline.providers.client.universe import bundled


class Universe(Provider):
    """The code is ``members``. Your own table in ``data.folder``, where there is one, comes first.

    That is the rule of the ``live`` source for every table, so it is not repeated here.
    """

    about: ClassVar = (
        "undertow's own list (`pipeline/providers/client/universe.csv`), from public knowledge. "
        "Sector and "
        "industry names are of GICS, which is MSCI's and S&P's"
    )
    address: ClassVar = ""
    pace: ClassVar = Pace(1, 0.0)

    def pages(self, asked: Request) -> Iterator[pd.DataFrame]:  # noqa: ARG002 - it is all the same
        """One page: ``ticker, sector, industry, ndx_ever``."""
        yield bundled()
