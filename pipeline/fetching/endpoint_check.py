"""First contact: each route is asked for its beginning, a known value and its end.

What a test with a local server cannot show, the real endpoint does: whether the history begins
where the manual says, whether columns and unit are what they were, whether the last row is there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import takewhile
from typing import Any

import pandas as pd

from pipeline.base.console import NOTHING
from pipeline.base.errors import UndertowError
from pipeline.fetching.connections import Connections
from pipeline.fetching.due import is_current, settled
from pipeline.fetching.endpoint_facts import EXPECTED, Expectation
from pipeline.params import Params
from pipeline.providers.client.provider import Request
from pipeline.series.border import check
from pipeline.series.calendar import date_of
from pipeline.series.kinds import FETCHED_AT, Route, Series

_LATE_START = pd.Timedelta(days=45)
_AROUND = pd.Timedelta(days=5)
_RECENT, _YEAR = pd.Timedelta(days=21), pd.Timedelta(days=366)
_GRACE = pd.Timedelta(days=1)
"""What is a day late is told by the doctor every evening; it does not contradict a manual."""
_TOLERANCE = 0.02
"""Revisions and vendors' rounding stay inside; a wrong unit, column or day does not."""


@dataclass(frozen=True)
class Contact:
    """What one route answered.

    Attributes
    ----------
    start
        First date that it gave when asked for its beginning.
    value
        What it gave for the known date.
    last
        Its newest final row.
    said
        What is not as documented, or why it could not be asked; empty when all is.
    """

    series: str
    provider: str
    code: str
    start: str | None = None
    value: float | None = None
    last: str | None = None
    said: str = ""

    @property
    def as_documented(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.said

    def cells(self) -> tuple[str, ...]:
        """A row of the table."""
        value = NOTHING if self.value is None else f"{self.value:g}"
        told = (self.start or NOTHING, value, self.last or NOTHING, self.said or "as documented")
        return (self.series, self.provider, self.code, *told)

    def document(self) -> dict[str, Any]:
        """The same for scripts."""
        return asdict(self) | {"as_documented": self.as_documented}


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
    contact = Contact(series.name, route.provider, route.code)
    expected = EXPECTED.get(f"{route.provider}:{route.code}", Expectation())
    ask = _Asking(series, route, connections, now)
    try:
        return _held(contact, ask, expected, settings)
    except UndertowError as error:
        return Contact(series.name, route.provider, route.code, said=str(error))


@dataclass(frozen=True)
class _Asking:
    """Pages of one route from a date on, settled and checked like those of a fetch."""

    series: Series
    route: Route
    connections: Connections
    now: pd.Timestamp

    def pages(self, since: pd.Timestamp) -> Iterator[pd.DataFrame]:
        """As a fetch would get them."""
        asked = Request(self.series, self.route.code, since, self.now)
        for page in self.connections.open(self.route.provider).pages(asked):
            rows = settled(page, self.series, self.now)
            if len(rows):
                check(rows, self.series, f"{self.route.provider} ({self.route.code})", self.now)
                yield rows

    def first_page(self, since: pd.Timestamp) -> pd.DataFrame:
        """The first page that is not empty; an empty frame when there is none."""
        return next(self.pages(since), pd.DataFrame())

    def until(self, since: pd.Timestamp, end: pd.Timestamp, clock: str) -> pd.DataFrame:
        """Pages from a date until one begins after ``end``."""
        before = takewhile(lambda page: date_of(page[clock].iloc[0]) <= end, self.pages(since))
        return pd.concat([pd.DataFrame(), *before], ignore_index=True)


def _held(contact: Contact, ask: _Asking, expected: Expectation, settings: Params) -> Contact:
    clock = ask.series.clock
    span = _YEAR if ask.series.kind == "calendar" else _RECENT
    recent = pd.concat(list(ask.pages(date_of(ask.now) - span)) or [pd.DataFrame()])
    if recent.empty:
        return _with(contact, said=f"gave no row of the last {span.days} days")
    if clock is None:
        return contact
    faults = []
    dated = recent.assign(**{FETCHED_AT: ask.now})
    if ask.series.kind != "calendar" and not is_current(dated, ask.series, ask.now - _GRACE):
        faults.append("the newest row is older than the publication lag allows")
    contact = _with(contact, last=f"{recent[clock].iloc[-1]:%Y-%m-%d}")
    if expected.start is not None:
        wanted = max(pd.Timestamp(expected.start), pd.Timestamp(settings.data.start))
        begins = date_of(ask.first_page(wanted)[clock].iloc[0])
        contact = _with(contact, start=f"{begins:%Y-%m-%d}")
        if begins - wanted > _LATE_START:
            faults.append(f"begins on {begins:%Y-%m-%d}, not on {wanted:%Y-%m-%d}")
    if expected.known is not None:
        day, value = expected.known
        found = _value(ask, pd.Timestamp(day), clock)
        contact = _with(contact, value=found)
        if found is None or abs(found - value) > _TOLERANCE * abs(value):
            faults.append(f"gives {found} for {day}, where {value:g} was published")
    return _with(contact, said="; ".join(faults))


def _value(ask: _Asking, day: pd.Timestamp, clock: str) -> float | None:
    rows = ask.until(day - _AROUND, day + _AROUND, clock)
    if rows.empty:
        return None
    column = next(name for name in ("value", "close", "rate") if name in rows)
    found = rows.loc[rows[clock].map(lambda when: date_of(when) == day), column]
    return None if found.empty else float(found.iloc[-1])


def _with(contact: Contact, **changes: Any) -> Contact:
    return Contact(**(asdict(contact) | changes))
