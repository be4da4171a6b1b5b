"""The catalogue as a page: what each series is, when it is public and where the files have it."""

from collections.abc import Iterable

from pipeline.catalogue import CATALOGUE, JOINS
from pipeline.docs.markdown import chapter
from pipeline.providers.client.provider import evidence_of, kept_days, provider_kind, provider_names
from pipeline.series.kinds import Join, Kind, Route, Series

_COLUMNS = ("series", "unit", "public", "carry", "valid", "file", "live", "meaning")
_JOINED_COLUMNS = ("series", "unit", "driver", "joined by", "vendors, first preferred", "meaning")
_PROVIDER_COLUMNS = ("provider", "address", "asked at most", "who, and on what terms")
_ROUTE_COLUMNS = ("series", "asked", "route", "a first fetch asks for", "read against")
_NOTHING = "-"
_CARRIED: set[Kind] = {"value", "bar", "funding", "snapshot"}
"""Kinds whose last value may stand in for a newer one; the others are missing on the day."""


def markdown(series: Iterable[Series] | None = None, joins: Iterable[Join] = JOINS) -> str:
    """The tables of ``docs/data.md``: one a driver, the joined series, the routes, the providers.

    Parameters
    ----------
    series
        Entries of the catalogue; None takes all.
    joins
        Series that are made of several vendors'.
    """
    entries = list(CATALOGUE.values() if series is None else series)
    drivers = dict.fromkeys(entry.driver for entry in entries)
    chapters = [chapter(f"### {driver}", _COLUMNS, _rows(entries, driver)) for driver in drivers]
    chapters.append(chapter("### Joined", _JOINED_COLUMNS, map(_joined, joins)))
    chapters.append(chapter("### Routes of live data", _ROUTE_COLUMNS, _routes(entries)))
    chapters.append(chapter("### Providers of live data", _PROVIDER_COLUMNS, _providers()))
    return "\n\n".join(chapters) + "\n"


def _rows(entries: list[Series], driver: str) -> list[tuple[str, ...]]:
    return [_cells(entry) for entry in entries if entry.driver == driver]


def _cells(series: Series) -> tuple[str, ...]:
    return (
        f"`{series.name}`",
        series.unit or _NOTHING,
        _public(series),
        str(series.carry) if series.kind in _CARRIED else _NOTHING,
        _NOTHING if series.kind in {"calendar", "table"} else _range(series.valid),
        f"`{series.files}`" if series.files else "none",
        _live(series),
        series.about + (" **required**" if series.required else ""),
    )


def _public(series: Series) -> str:
    """When an observation is public, in words; by the kind's own clock."""
    if series.kind == "bar":
        return f"each {series.interval} bar once complete"
    if series.kind == "funding":
        return "each print"
    if series.kind in {"snapshot", "flow"}:
        return f"{series.stamp_hours:g} h after its date begins (UTC)"
    if series.kind == "calendar":
        return f"{series.known_ahead} days ahead" if series.known_ahead else "once it happened"
    return "not dated" if series.kind == "table" else series.lag.words


def _live(series: Series) -> str:
    """Providers, first choice first, with what each calls the series; or why there is none."""
    routes = [f"{route.provider} `{route.code}`" for route in series.routes]
    return ", then ".join(routes) if routes else f"none: {series.not_live}"


def _range(valid: tuple[float, float]) -> str:
    return f"{valid[0]:g} to {valid[1]:g}"


def _joined(join: Join) -> tuple[str, ...]:
    vendors = ", ".join(f"`{name}`" for name in join.members)
    return (f"`{join.name}`", join.unit, join.driver, join.by, vendors, join.about)


def _routes(entries: Iterable[Series]) -> Iterable[tuple[str, ...]]:
    """Each series' routes in their order: what stands behind the first, and how sure each is."""
    for series in entries:
        for place, route in enumerate(series.routes):
            yield (
                f"`{series.name}`",
                "first" if place == 0 else "while it is behind",
                f"{route.provider} `{route.code}`",
                _first_asked(route, place),
                _NOTHING if route.provider == "universe" else evidence_of(route),
            )


def _first_asked(route: Route, place: int) -> str:
    wanted, kept = "all since `data.start`", kept_days(route)
    if place:
        wanted = "what the routes before it lack"
    return wanted if kept is None else f"{wanted}; it keeps {kept} days"


def _providers() -> Iterable[tuple[str, ...]]:
    for name in provider_names():
        kind = provider_kind(name)
        pace = f"{kind.pace.requests} in {kind.pace.seconds:g} s"
        yield (f"`{name}`", kind.address or _NOTHING, pace, kind.about)
