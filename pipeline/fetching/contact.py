"""What one route answered at first contact, and the table of all that may be shown to anybody."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipeline.base.console import NOTHING
from pipeline.settings.live import LiveSettings
from pipeline.settings.secrets import CONTACT, ENDPOINT

_KEYS = ("FRED_API_KEY", CONTACT)
_COLUMNS = ("series", "provider", "code", "asked from", "begins", "known value", "newest", "said")


@dataclass(frozen=True)
class Contact:
    """What one route answered.

    Attributes
    ----------
    asked_from
        Date from which a first fetch asks it.
    start
        First date that it gave when asked so.
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
    asked_from: str
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
        return (self.series, self.provider, self.code, self.asked_from, *told)

    def document(self) -> dict[str, Any]:
        """The same for scripts."""
        return asdict(self) | {"as_documented": self.as_documented}


def markdown(contacts: Iterable[Contact], settings: LiveSettings) -> Iterator[str]:
    """The lines of a table that can be pasted into an issue, with nothing private in it."""
    yield f"| {' | '.join(_COLUMNS)} |"
    yield f"|{' --- |' * len(_COLUMNS)}"
    for contact in contacts:
        cells = (without_private(cell, settings).replace("|", "\\|") for cell in contact.cells())
        yield f"| {' | '.join(cells)} |"


def without_private(text: str, settings: LiveSettings) -> str:
    """A text without the user's address, keys, home folder, mirrors and proxies."""
    mirrors = [*settings.endpoints.values(), *_own_addresses()]
    hosts = [urlsplit(each).hostname or each for each in mirrors]
    keys = [os.environ.get(name, "").strip() for name in _KEYS]
    private = [*mirrors, *hosts, *keys, str(Path.home())]
    for each in sorted((each for each in private if len(each) > 1), key=len, reverse=True):
        text = re.sub(re.escape(each), "(private)", text, flags=re.IGNORECASE)
    return text


def _own_addresses() -> list[str]:
    """Mirrors and proxies that the environment names."""
    return [
        value
        for name, value in os.environ.items()
        if name.lower().endswith("_proxy") or name.startswith(ENDPOINT)
    ]
