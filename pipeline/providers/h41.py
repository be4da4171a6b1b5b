"""The Board's own weekly balance sheet (release H.4.1), from its data download programme."""

from collections.abc import Iterator
from typing import ClassVar

import pandas as pd

from pipeline.base.errors import SchemaError
from pipeline.providers.client.parsing import changed_format, csv_table, dated, dates, numbers
from pipeline.providers.client.provider import Provider, Request

_PATH = "/datadownload/Output.aspx"
_PACKAGES = {
    "RESPPMA_N.WW": "65cb5d86fcaca4f4a8129301bd9502bd",
    "RESH4R_XAW_N.WW": "2704b6bc9b50bc034baf9660364dfb26",
    "RESPPLLDT_XAW_N.WW": "2704b6bc9b50bc034baf9660364dfb26",
}
"""The programme's package that holds each series: the condition statement, and the factors that
affect reserve balances. Without one it sends the whole release, some 100 MB."""
_FIRST = pd.Timestamp("2002-12-18")
"""The programme's history begins there."""
_TITLES, _FACTOR, _NAMES = "Series Description", "Multiplier:", "Time Period"
_MILLIONS = 1e6
_MISSING = ("", ".", "NA", "NC", "ND", "-9999")


class H41(Provider):
    """Codes are the Board's names: ``RESPPMA_N.WW`` is the total of assets on Wednesday.

    ``RESH4R_XAW_N.WW`` are reserve balances and ``RESPPLLDT_XAW_N.WW`` the Treasury's account, both
    as the average of the week that ends on Wednesday; FRED calls the three WALCL, WRESBAL and
    WTREGEN. A CSV has a column a series under several lines that say what it is, oldest first; the
    last of them (``Time Period``) has the names.
    """

    about: ClassVar = "Board of Governors of the Federal Reserve System. Public domain"
    address: ClassVar = "https://www.federalreserve.gov"

    def pages(self, asked: Request) -> Iterator[pd.DataFrame]:
        """One page."""
        where = f"h41 ({asked.code})"
        query = {
            "rel": "H41",
            "series": _PACKAGES[asked.code],
            "lastobs": "",
            "from": f"{max(asked.since, _FIRST):%m/%d/%Y}",
            "to": f"{asked.now:%m/%d/%Y}",
            "filetype": "csv",
            "label": "include",
            "layout": "seriescolumn",
            "type": "package",
        }
        table = csv_table(self.http.get_kept(_PATH, query), where, (_TITLES,))
        cells = _column(table.set_index(_TITLES), asked.code, where)
        values = numbers(cells["cell"], where, _MISSING)
        yield dated(dates(cells["date"], where), values, asked.since)


def _column(table: pd.DataFrame, code: str, where: str) -> pd.DataFrame:
    """One series' cells with their dates, as written below the line that has the names."""
    heads = [str(head) for head in table.index]
    if _NAMES not in heads or _FACTOR not in heads:
        raise changed_format(where, f"sent no line {_NAMES!r} or {_FACTOR!r}")
    begins = heads.index(_NAMES)
    names = [str(name) for name in table.iloc[begins]]
    if code not in names:
        raise SchemaError(
            f"{where} sent no series of that name among {len(names)}; the package has changed: "
            "`undertow doctor --live` tells more"
        )
    cells = table.iloc[:, names.index(code)]
    if (factor := str(cells.iloc[heads.index(_FACTOR)])) != f"{_MILLIONS:.0f}":
        raise SchemaError(
            f"{where} counts in units of {factor[:20]!r}, expected millions (1000000)"
        )
    return cells.iloc[begins + 1 :].rename_axis("date").rename("cell").reset_index()
