"""Where fetched rows land: one file a series and provider, merged and never replaced by less.

``data/live/<series>/<provider>.parquet`` holds the rows of the series' kind with ``fetched_at``, in
the order of time stamps and, for one that was revised, of fetches. A panel is a folder of symbols.
"""

from pathlib import Path

import pandas as pd

from pipeline.series.kinds import FETCHED_AT, PROVIDER, Series
from pipeline.storage import store
from pipeline.storage.folders import inside
from pipeline.storage.merge import Change, chained, merged, newest, refuse_other_unit

LIVE = store.DATA / "live"
_FETCH = "put back a copy of it, or delete it and run `undertow fetch`"


class Landing:
    """What was fetched of one series (of a panel: of one symbol)."""

    def __init__(self, series: Series, symbol: str | None = None, folder: Path = LIVE) -> None:
        self.series = series
        self.symbol = symbol
        names = [series.name] if symbol is None else [series.name, symbol]
        self.name = "/".join(names)
        self.clock = series.clock
        self._folder = inside(folder, *names)

    def stored(self, provider: str) -> pd.DataFrame | None:
        """Every row that a provider ever gave; None when it gave none."""
        path = self._path(provider)
        return store.read_parquet(path, remedy=_FETCH) if path.exists() else None

    def first(self, provider: str) -> pd.Timestamp | None:
        """Oldest time stamp that a provider gave."""
        rows = self.stored(provider)
        return None if rows is None or self.clock is None else rows[self.clock].iloc[0]

    def read(self) -> pd.DataFrame | None:
        """Each time stamp once, from the first provider that has it; column ``provider`` says who.

        A bar's volume counts the exchanges of its vendor, so only the first choice's is kept.
        """
        parts = [
            (rows if self.clock is None else newest(rows, self.clock)).assign(
                **{PROVIDER: route.provider}
            )
            for route in self.series.routes
            if (rows := self.stored(route.provider)) is not None
        ]
        if not parts or self.clock is None:
            return parts[0] if parts else None
        if "volume" in parts[0]:
            parts[1:] = [part.assign(volume=float("nan")) for part in parts[1:]]
        rows = pd.concat(parts).drop_duplicates(self.clock, keep="first")
        return rows.sort_values(self.clock, ignore_index=True)

    def add(self, page: pd.DataFrame, provider: str, now: pd.Timestamp, tolerance: float) -> Change:
        """Merge a page into what the provider gave before.

        Raises
        ------
        SchemaError
            When its values are of another unit than those stored, this provider's or another's.
        """
        page = page.assign(**{FETCHED_AT: now})
        stored, known = self.stored(provider), self.read()
        if self.clock is None or self.series.kind == "calendar":
            return self._replace(page, provider, stored)
        if known is not None:
            refuse_other_unit(known, page, self.clock, f"{provider} ({self.name})")
        if stored is None:
            rows, change = page, Change(added=len(page))
        else:
            rows, change = merged(stored, page, self.clock, tolerance)
        if change.added or change.revised:
            store.write_parquet(rows, self._path(provider))
        return change

    def restated(self, page: pd.DataFrame, provider: str, tolerance: float) -> bool:
        """Whether an adjusted history was restated: what overlaps differs from what is stored."""
        stored = self.stored(provider)
        if stored is None or self.clock is None:
            return False
        return merged(stored, page, self.clock, tolerance)[1].revised > 0

    def restate(self, whole: pd.DataFrame, provider: str, now: pd.Timestamp) -> Change:
        """Replace an adjusted history by a restated one, which keeps its older part."""
        whole = whole.assign(**{FETCHED_AT: now})
        stored = self.stored(provider)
        before = 0 if stored is None else len(stored)
        rows = whole if stored is None else chained(stored, whole, "date")
        store.write_parquet(rows, self._path(provider))
        return Change(added=max(0, len(rows) - before), revised=min(before, len(whole)))

    def _replace(self, page: pd.DataFrame, provider: str, stored: pd.DataFrame | None) -> Change:
        """A table as it is now; a calendar's past as it was told, its future as it is now."""
        rows = page
        if self.clock is not None and stored is not None:
            past = stored[stored[self.clock] < page[self.clock].min()]
            rows = pd.concat([past, page], ignore_index=True)
        before = 0 if stored is None else len(stored)
        store.write_parquet(rows, self._path(provider))
        return Change(added=max(0, len(rows) - before))

    def _path(self, provider: str) -> Path:
        return inside(self._folder, f"{provider}.parquet")
