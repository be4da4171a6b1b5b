"""Required series that are late: which may still come, and the refusal to publish without them."""

from collections.abc import Collection
from typing import NoReturn

import pandas as pd

from pipeline.base.errors import ConfigurationError, DataMissingError
from pipeline.catalogue import CATALOGUE
from pipeline.storage import store


class LateError(DataMissingError):
    """A call that is not published because required series are late.

    Attributes
    ----------
    session
        The session that the call would be of.
    behind
        Those of `pipeline.scoring.freshness.late` that stand in the way.
    """

    def __init__(self, message: str, session: pd.Timestamp, behind: list[dict[str, str]]) -> None:
        super().__init__(message)
        self.session = session
        self.behind = behind


def check_names(despite: Collection[str]) -> None:
    """Refuse names that are no required series.

    Raises
    ------
    ConfigurationError
        Naming them, and those that are required.
    """
    required = [series.name for series in CATALOGUE.values() if series.required]
    if wrong := sorted(set(despite) - set(required)):
        raise ConfigurationError(
            f"--despite-late: not a required series: {', '.join(wrong)}; required are "
            f"{', '.join(required)}"
        )


def may_still_come(each: dict[str, str], source: str) -> bool:
    """Whether the source has no row of the date that was due, nor of a later one.

    Otherwise there is a hole: the value did not come, and the call of then would have lacked it.
    """
    last = _last_date(source, each["series"])
    return last is None or last < pd.Timestamp(each["due"])


def refuse(
    session: pd.Timestamp, behind: list[dict[str, str]], source: str, besides: str = ""
) -> NoReturn:
    """Stop before a call is published on values that are late.

    Parameters
    ----------
    session
        The session that the call would be of.
    behind
        Those of `pipeline.scoring.freshness.late` that stand in the way.
    source
        Source of the data.
    besides
        What else can be done.

    Raises
    ------
    LateError
        Naming each series, its file and last date, the date it should have, and what to do.
    """
    lines = "; ".join(_described(each, source) for each in behind)
    earlier = min(each["last"] for each in behind)
    bring = (
        "run `undertow fetch` and the same again"
        if source == "live"
        else "bring the newer rows, run `dvc repro align` and the same again"
    )
    raise LateError(
        f"the call of {session:%Y-%m-%d} is not published: {lines}; {bring}, or end the data "
        f'earlier (data.end: "{earlier}" in params.yaml){besides}',
        session,
        behind,
    )


def _described(each: dict[str, str], source: str) -> str:
    series, last = CATALOGUE[each["series"]], _last_date(source, each["series"])
    path = (series.files or "").partition(":")[0]
    file = f" ({path})" if source == "files" and path else ""
    known = "has no row" if last is None else f"ends on {last:%Y-%m-%d}"
    due = f"{each['due']} (public: {series.lag.words})"
    return f"{series.name}{file} {known} and should have {due}"


def _last_date(source: str, name: str) -> pd.Timestamp | None:
    """Last date that the source itself has, whether it is public yet or not."""
    clock = CATALOGUE[name].clock
    path = store.RAW / source / f"{name}.parquet"
    if clock is None or not path.exists():
        return None
    last: pd.Timestamp = store.read_parquet(path, [clock])[clock].max()
    return last
