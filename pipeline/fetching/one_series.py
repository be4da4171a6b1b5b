"""One series, fetched: its first choice, then its fallbacks until it is current."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pandas as pd

from pipeline.base.errors import UndertowError
from pipeline.fetching.connections import Connections
from pipeline.fetching.due import is_current
from pipeline.fetching.pages import pages
from pipeline.providers.client.failures import AbsentError
from pipeline.providers.client.provider import Request, reachable
from pipeline.series.calendar import date_of
from pipeline.series.kinds import Route, Series
from pipeline.storage.landing import Landing
from pipeline.storage.merge import Change

_SHORTENED_DAYS = 7
"""Days by which a history must begin later than stored before it counts as shortened."""


@dataclass(frozen=True)
class Task:
    """What is fetched, and how.

    Attributes
    ----------
    start
        First date wanted of a series of which nothing is stored.
    since
        Ask again from this date on, whatever is stored; None asks only for what is new.
    overlap
        Stored rows that an increment asks for again, to see revisions.
    tolerance
        Relative change that counts as a revision.
    providers
        Ask these alone; empty asks all.
    to_the_hour
        Bring series with instants up to the last complete hour; else up to the last decision.
    """

    start: pd.Timestamp
    now: pd.Timestamp
    since: pd.Timestamp | None = None
    overlap: int = 10
    tolerance: float = 1e-5
    symbols: tuple[str, ...] = ()
    providers: frozenset[str] = frozenset()
    to_the_hour: bool = False

    def asks(self, route: Route) -> bool:
        """Whether the provider of a route is among those that are asked."""
        return not self.providers or route.provider in self.providers


@dataclass(frozen=True)
class Outcome:
    """What came of asking one provider for one series.

    Attributes
    ----------
    change
        Rows added, revised, withdrawn.
    shortened
        Oldest stored date and the later one at which the provider begins now; None when it still
        reaches as far.
    problem
        Why it could not (or not wholly) be fetched; None when all went well.
    """

    series: str
    provider: str
    asked_from: pd.Timestamp
    change: Change = field(default_factory=Change)
    shortened: tuple[pd.Timestamp, pd.Timestamp] | None = None
    problem: str | None = None


def fetch_series(
    series: Series, task: Task, connections: Connections, stop: threading.Event
) -> Iterator[Outcome]:
    """Ask the routes in turn until the series is current; nothing when it is already.

    Parameters
    ----------
    stop
        Set to end between two pages; what is stored stays, and the next fetch goes on from there.
    """
    for landing in landings(series, task):
        for route in series.routes:
            if stop.is_set() or satisfied(landing, task):
                break
            if task.asks(route) and not connections.skips(route.provider):
                yield _ask(landing, route, task, connections, stop)


def starting_point(landing: Landing, route: Route, task: Task) -> pd.Timestamp:
    """Date from which a provider is asked: what is new, and a little before it.

    A fallback that has nothing stored is asked only for what the others lack, and none for what it
    does not keep.
    """
    return reachable(route, _wanted_since(landing, route, task), task.now)


def _wanted_since(landing: Landing, route: Route, task: Task) -> pd.Timestamp:
    if task.since is not None:
        return task.since
    stored = landing.stored(route.provider)
    if stored is None and route != landing.series.routes[0]:
        stored = landing.read()
    if stored is None or landing.clock is None:
        return task.start
    clock = stored[landing.clock].drop_duplicates()
    oldest = clock.iloc[max(0, len(clock) - task.overlap)]
    return max(date_of(oldest), task.start)


def satisfied(landing: Landing, task: Task) -> bool:
    """Whether nothing is wanted that could be out; of weekly releases that is not known."""
    series = landing.series
    if task.since is not None or series.lag.weekday is not None:
        return False
    return is_current(landing.read(), series, task.now, to_the_hour=task.to_the_hour)


def landings(series: Series, task: Task) -> list[Landing]:
    """Where a series lands: one place, or one a symbol."""
    if series.kind == "panel":
        return [Landing(series, symbol) for symbol in task.symbols]
    return [Landing(series)]


def _ask(
    landing: Landing, route: Route, task: Task, connections: Connections, stop: threading.Event
) -> Outcome:
    since = starting_point(landing, route, task)
    outcome = Outcome(landing.name, route.provider, since)
    first = landing.first(route.provider)
    try:
        for number, page in enumerate(_pages(landing, route, since, task, connections)):
            if first is not None and number == 0:
                outcome = replace(outcome, shortened=_shortened(first, since, page, landing))
            change = _store(landing, route, page, task, connections)
            outcome = replace(outcome, change=outcome.change + change)
            if stop.is_set():
                return replace(outcome, problem="stopped; the next fetch goes on from here")
    except AbsentError as error:
        known = landing.stored(route.provider) is not None
        return outcome if known else replace(outcome, problem=str(error))
    except UndertowError as error:
        return replace(outcome, problem=str(error))
    return outcome


def _pages(
    landing: Landing, route: Route, since: pd.Timestamp, task: Task, connections: Connections
) -> Iterator[pd.DataFrame]:
    """Pages that may be stored."""
    since = reachable(route, since, task.now)
    asked = Request(landing.series, landing.symbol or route.code, since, task.now)
    first = landing.first(route.provider)
    beginning = first is None or since <= date_of(first)
    return pages(connections, route.provider, asked, beginning=beginning)


def _store(
    landing: Landing, route: Route, page: pd.DataFrame, task: Task, connections: Connections
) -> Change:
    if landing.series.adjusted and landing.restated(page, route.provider, task.tolerance):
        whole = list(_pages(landing, route, task.start, task, connections))
        return landing.restate(pd.concat(whole, ignore_index=True), route.provider, task.now)
    return landing.add(page, route.provider, task.now, task.tolerance)


def _shortened(
    first: pd.Timestamp, since: pd.Timestamp, page: pd.DataFrame, landing: Landing
) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    """Where a provider began and begins now, when it was asked for all and gave less."""
    if landing.clock is None or landing.series.kind == "calendar" or since > date_of(first):
        return None
    begins = page[landing.clock].iloc[0]
    later = begins - first > pd.Timedelta(days=_SHORTENED_DAYS)
    return (date_of(first), date_of(begins)) if later else None
