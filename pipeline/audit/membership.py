"""The table of members as it was: who had ever been in the index by then."""

import pandas as pd


def ever_as_known(meta: pd.DataFrame, known: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    """Take back what later index changes put into the flag ``ndx_ever``.

    The flag has no date. A ticker whose first recorded change came later had been a member by then
    when that change removes it, and had not when it adds it. Of others nothing is known.

    Parameters
    ----------
    meta
        Rows of ``members_meta``.
    known, later
        Rows of ``ndx_changes`` that were public and those that were not.
    """
    before = set(known["added_ticker"]) | set(known["removed_ticker"])
    # Of a ticker that leaves and joins on one day the removal comes first.
    first: dict[str, bool] = {}
    for row in later.sort_values("date", kind="stable").itertuples():
        for ticker, member in ((row.removed_ticker, True), (row.added_ticker, False)):
            if isinstance(ticker, str) and ticker not in before:
                first.setdefault(ticker, member)
    flags = [
        first.get(ticker, flag)
        for ticker, flag in zip(meta["ticker"].tolist(), meta["ndx_ever"].tolist(), strict=True)
    ]
    return meta.assign(ndx_ever=pd.Series(flags, meta.index, dtype=meta["ndx_ever"].dtype))
