"""What a provider of live data is, and how one is found by its name."""

import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import ClassVar

import pandas as pd

from pipeline import providers
from pipeline.providers.client.http import Http
from pipeline.providers.client.rate_limit import Pace
from pipeline.series.kinds import Route, Series

_KINDS: dict[str, type["Provider"]] = {}


@dataclass(frozen=True)
class Request:
    """What is asked of a provider.

    Attributes
    ----------
    series
        The catalogue's entry; rows come back in the shape of its kind.
    code
        What the provider calls it, as the catalogue's route says.
    since
        First date wanted (UTC midnight, no time zone). A provider that can only send its whole
        history may send earlier rows too.
    """

    series: Series
    code: str
    since: pd.Timestamp
    now: pd.Timestamp


class Provider(ABC):
    """A public endpoint. Defining a subclass in ``pipeline/providers/<name>.py`` registers it.

    Attributes
    ----------
    name
        Of its file, and in the catalogue's routes.
    about
        Who it is, and what it asks of its users (terms, attribution), for the data card.
    address
        Base address; ``live.endpoints`` of ``params.yaml`` may name another.
    pace
        How often it may be asked; once a second where nothing is documented.
    kept_days
        Days of history that it keeps, by what a code begins with; an empty text is every code. It
        refuses to be asked for more, or sends no more. A code that is not named has no limit.
    evidence
        What its answers are read against, by what a code begins with: ``recorded`` bytes that it
        sent, rows ``quoted`` by others, or, where no code is named, ``written`` from its manual.
    redirects_to
        Hosts that its redirects may lead to, besides the one that was asked.
    asks_contact
        Whether it refuses robots that do not tell an e-mail address (the environment's
        ``UNDERTOW_CONTACT``).
    """

    name: ClassVar[str]
    about: ClassVar[str]
    address: ClassVar[str]
    pace: ClassVar[Pace] = Pace(1, 1.0)
    kept_days: ClassVar[Mapping[str, int]] = {}
    evidence: ClassVar[Mapping[str, str]] = {}
    redirects_to: ClassVar[frozenset[str]] = frozenset()
    asks_contact: ClassVar[bool] = False

    def __init__(self, http: Http) -> None:
        self.http = http

    def __init_subclass__(cls) -> None:
        cls.name = cls.__module__.rpartition(".")[2]
        _KINDS[cls.name] = cls

    def close(self) -> None:
        """Give back what was opened."""
        self.http.close()

    @abstractmethod
    def pages(self, asked: Request) -> Iterator[pd.DataFrame]:
        """Rows from ``asked.since`` on, oldest page first, each sorted and without duplicates.

        What has been yielded is kept even if a later page fails, and the next fetch goes on from
        there: so a page must not leave a gap before it.

        Raises
        ------
        ProviderError
            When the provider cannot give them.
        SchemaError
            When what it gives is not what its documentation says.
        """


def provider_kind(name: str) -> type[Provider]:
    """The class of the provider that a route names."""
    import_module(f"{providers.__name__}.{name}")
    return _KINDS[name]


def kept_days(route: Route) -> int | None:
    """Days of history that a route's provider keeps; None where it keeps all."""
    limits = provider_kind(route.provider).kept_days.items()
    return min((days for begins, days in limits if route.code.startswith(begins)), default=None)


def kept_since(route: Route, now: pd.Timestamp) -> pd.Timestamp | None:
    """First whole day that the provider surely still keeps; None where it keeps all.

    A day less than it says: its clock is not ours, and the request takes a moment.
    """
    days = kept_days(route)
    return None if days is None else (now - pd.Timedelta(days=days - 1)).ceil("D").tz_localize(None)


def evidence_of(route: Route) -> str:
    """What a route's answers are read against; see `Provider.evidence`."""
    said = provider_kind(route.provider).evidence
    return next((word for begins, word in said.items() if route.code.startswith(begins)), "written")


def reachable(route: Route, since: pd.Timestamp, now: pd.Timestamp) -> pd.Timestamp:
    """The date from which a route is asked when rows since ``since`` are wanted."""
    kept = kept_since(route, now)
    return since if kept is None else max(since, kept)


def provider_names() -> list[str]:
    """Every provider there is a file for."""
    return sorted(m.name for m in pkgutil.iter_modules(providers.__path__) if not m.ispkg)
