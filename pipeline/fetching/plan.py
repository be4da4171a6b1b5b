"""What a fetch would do: which series, from whom, since when."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline.base.dates import parse_date
from pipeline.base.errors import ConfigurationError
from pipeline.base.words import did_you_mean
from pipeline.catalogue import CATALOGUE
from pipeline.fetching.one_series import Task, landings, satisfied, starting_point
from pipeline.params import Params
from pipeline.providers.client.provider import provider_names
from pipeline.providers.client.universe import members
from pipeline.series.kinds import Series


@dataclass(frozen=True)
class Planned:
    """One request that a fetch would begin with; ``since`` is None where nothing is due."""

    series: str
    provider: str
    since: pd.Timestamp | None


def make_task(
    settings: Params, now: pd.Timestamp, since: str | None = None, only: Iterable[str] = ()
) -> Task:
    """What ``params.yaml`` and the command line ask for.

    Raises
    ------
    ConfigurationError
        When ``since`` is no date, or ``live`` names an unknown provider.
    """
    _check_providers([*settings.live.skip, *settings.live.endpoints])
    symbols = members(Path(settings.data.folder))["ticker"]
    return Task(
        start=pd.Timestamp(settings.data.start),
        now=now,
        since=None if since is None else parse_date(since),
        overlap=settings.live.overlap,
        tolerance=settings.live.tolerance,
        symbols=tuple(symbols),
        providers=frozenset(set(only) & set(provider_names())),
    )


def choose(only: Iterable[str]) -> list[Series]:
    """Series to fetch: those named, or those that a named provider has; all when none is named.

    Raises
    ------
    ConfigurationError
        When a name is neither a series nor a provider.
    """
    names, providers = set(only), set(provider_names())
    unknown = sorted(names - set(CATALOGUE) - providers)
    if unknown:
        hint = did_you_mean(
            unknown[0], [*CATALOGUE, *providers], f"providers: {_listed(providers)}"
        )
        raise ConfigurationError(
            f"--only {unknown[0]!r} is neither a series nor a provider; {hint}"
        )
    return [
        series
        for series in CATALOGUE.values()
        if not names or series.name in names or names & {r.provider for r in series.routes}
    ]


def plan(wanted: Iterable[Series], task: Task) -> list[Planned]:
    """First request of each series (of a panel: of each symbol); asks no network."""
    return [
        Planned(
            landing.name,
            route.provider,
            None if satisfied(landing, task) else starting_point(landing, route, task),
        )
        for series in wanted
        for route in [route for route in series.routes if task.asks(route)][:1]
        for landing in landings(series, task)
    ]


def _check_providers(named: Iterable[str]) -> None:
    known = provider_names()
    for name in named:
        if name not in known:
            raise ConfigurationError(
                f"params.yaml: live: unknown provider {name!r}; known: {_listed(known)}"
            )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
