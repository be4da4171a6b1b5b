"""Which technology and Nasdaq-100 stocks breadth is counted over, with sector and industry."""

from importlib.resources import files
from pathlib import Path

import pandas as pd

from pipeline.base.errors import SchemaError
from pipeline.base.names import checked_name
from pipeline.catalogue import CATALOGUE
from pipeline.storage.csv_file import read_csv_file

_TEXTS = ("ticker", "sector", "industry")


def members(own: Path) -> pd.DataFrame:
    """The user's own list where the folder has one, else the one that comes with undertow.

    Returns
    -------
    pandas.DataFrame
        Columns ``ticker, sector, industry, ndx_ever``; today's members, so survivors.

    Raises
    ------
    SchemaError
        When the user's list lacks a column, or a ticker is none that could name a file.
    """
    path = own / str(CATALOGUE["members_meta"].files)
    return _read(path) if path.is_file() else bundled()


def bundled() -> pd.DataFrame:
    """The list that comes with undertow, in the same columns.

    Technology and Nasdaq-100 stocks with their GICS sector and industry, written from public
    knowledge of early 2026.
    """
    return _read(Path(str(files("pipeline.providers.client") / "universe.csv")))


def _read(path: Path) -> pd.DataFrame:
    file = read_csv_file(path)
    texts = {name: file.texts(name) for name in _TEXTS}
    table = pd.DataFrame(
        {**texts, "ndx_ever": file.flags("ndx_ever").fillna(value=False).astype(bool)}
    )
    for row, ticker in enumerate(table["ticker"]):
        _check(ticker, path, row)
    return table.drop_duplicates("ticker", ignore_index=True)


def _check(ticker: object, path: Path, row: int) -> None:
    """Tickers name files of `pipeline.storage.landing`, and parts of addresses."""
    try:
        checked_name("ticker", ticker)
    except ValueError as error:
        raise SchemaError(f"{path}, row {row + 1} below the header: {error}; mend it") from None
