"""First contact: each route is asked what a first fetch asks it, for a known value and its end.

What a test with a local server cannot show, the real endpoint does: whether the history begins
where the manual says, whether columns and unit are what they were, whether the last row is there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import takewhile

import pandas as pd

from pipeline.base.errors import UndertowError
from pipeline.fetching.connections import Connections
from pipeline.fetching.contact import Contact
from pipeline.fetching.due import is_current
from pipeline.fetching.endpoint_facts import EXPECTED, Expectation
from pipeline.fetching.pages import pages
from pipeline.params import Params
from pipeline.providers.client.failures import NoRowsError
from pipeline.providers.client.provider import Request, kept_since, reachable
from pipeline.series.calendar import date_of
from pipeline.series.kinds import FETCHED_AT, Route, Series

_LATE_START = pd.Timedelta(days=45)
_LATE_KEPT = pd.Timedelta(days=7)
"""Where a limit on history is stated: a weekend and a holiday, and no more."""
_AROUND = pd.Timedelta(days=5)
_RECENT, _YEAR = pd.Timedelta(days=21), pd.Timedelta(days=366)
_GRACE = pd.Timedelta(days=1)
"""What is a day late is told by the doctor every evening; it does not contradict a manual."""
_TOLERANCE = 0.02
"""Revisions and vendors' rounding stay inside; a wrong unit, column or day does not."""


def first_contact(
    wanted: Iterable[Series], connections: Connections, settings: Params, now: pd.Timestamp
) -> Iterator[Contact]:
    """Ask every route of some series; nothing is stored."""
    for series in wanted:
        for route in series.routes:
            if not connections.skips(route.provider):
                code = "AAPL" if series.kind == "panel" else route.code
                yield _contact(series, Route(route.provider, code), connections, settings, now)


def _contact(
    series: Series, route: Route, connections: Connections, settings: Params, now: pd.Timestamp
) -> Contact:
    ask = _Asking(series, route, connections, now)
    first = reachable(route, pd.Timestamp(settings.data.start), now)
    contact = Contact(series.name, route.provider, route.code, f"{first:%Y-%m-%d}")
    try:
        return _held(contact, ask, first)
    except UndertowError as error:
        return replace(contact, said=str(error))


@dataclass(frozen=True)
class _Asking:
    """One route, asked as a first fetch asks it."""

    series: Series
    route: Route
    connections: Connections
    now: pd.Timestamp

    def pages(self, since: pd.Timestamp) -> Iterator[pd.DataFrame]:
        """Pages that a fetch would store."""
        asked = Request(
            self.series, self.route.code, reachable(self.route, since, self.now), self.now
        )
        return pages(self.connections, self.route.provider, asked, beginning=True)

    def recent(self) -> pd.DataFrame:
        """Rows of the last weeks (of a calendar, of the last year and to come)."""
        span = _YEAR if self.series.kind == "calendar" else _RECENT
        try:
            return pd.concat([*self.pages(date_of(self.now) - span)] or [pd.DataFrame()])
        except NoRowsError:
            return pd.DataFrame()

    def until(self, since: pd.Timestamp, end: pd.Timestamp, clock: str) -> pd.DataFrame:
        """Pages from a date until one begins after ``end``."""
        before = takewhile(lambda page: date_of(page[clock].iloc[0]) <= end, self.pages(since))
        return pd.concat([pd.DataFrame(), *before], ignore_index=True)


def _held(contact: Contact, ask: _Asking, first: pd.Timestamp) -> Contact:
    clock = ask.series.clock
    page = next(ask.pages(first), pd.DataFrame())
    recent = ask.recent()
    if recent.empty:
        days = (_YEAR if ask.series.kind == "calendar" else _RECENT).days
        return replace(contact, said=f"gave no row of the last {days} days")
    if clock is None:
        return contact
    contact = replace(contact, last=f"{recent[clock].iloc[-1]:%Y-%m-%d}")
    expected = EXPECTED.get(f"{ask.route.provider}:{ask.route.code}", Expectation())
    begins = None if page.empty else date_of(page[clock].iloc[0])
    value = None if expected.known is None else _value(ask, pd.Timestamp(expected.known[0]), clock)
    faults = [
        *_late(ask, recent),
        *_shorter(ask, expected, first, begins),
        *_other(ask, expected, value),
    ]
    start = None if begins is None else f"{begins:%Y-%m-%d}"
    return replace(contact, start=start, value=value, said="; ".join(faults))


def _late(ask: _Asking, recent: pd.DataFrame) -> Iterator[str]:
    dated = recent.assign(**{FETCHED_AT: ask.now})
    if ask.series.kind != "calendar" and not is_current(dated, ask.series, ask.now - _GRACE):
        yield "the newest row is older than the publication lag allows"


def _shorter(
    ask: _Asking, expected: Expectation, first: pd.Timestamp, begins: pd.Timestamp | None
) -> Iterator[str]:
    """Whether the history begins later than documented, or than the provider says it keeps it."""
    limited = kept_since(ask.route, ask.now) is not None
    if expected.start is None and not limited:
        return
    wanted = first if expected.start is None else max(first, pd.Timestamp(expected.start))
    if begins is None or begins - wanted > (_LATE_KEPT if limited else _LATE_START):
        found = "has no row" if begins is None else f"begins on {begins:%Y-%m-%d}"
        yield f"{found}, not on {wanted:%Y-%m-%d}"


def _other(ask: _Asking, expected: Expectation, found: float | None) -> Iterator[str]:
    """Whether the known value differs, where the provider still keeps its date."""
    if expected.known is None:
        return
    day, value = expected.known
    kept = kept_since(ask.route, ask.now)
    if kept is not None and pd.Timestamp(day) < kept:
        return
    if found is None or abs(found - value) > _TOLERANCE * abs(value):
        yield f"gives {found} for {day}, where {value:g} was published"


def _value(ask: _Asking, day: pd.Timestamp, clock: str) -> float | None:
    rows = ask.until(day - _AROUND, day + _AROUND, clock)
    if rows.empty:
        return None
    column = next(name for name in ("value", "close", "rate") if name in rows)
    found = rows.loc[rows[clock].map(lambda when: date_of(when) == day), column]
    return None if found.empty else float(found.iloc[-1])
