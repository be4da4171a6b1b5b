"""Release dates past and to come from FRED's own interface, which needs a (free) key."""

import os
import re
from collections.abc import Iterator
from typing import Any, ClassVar

import pandas as pd

from pipeline.base.errors import ConfigurationError, SchemaError
from pipeline.providers.client.parsing import dates, event_days, json_document, json_rows
from pipeline.providers.client.provider import Provider, Request
from pipeline.providers.client.rate_limit import Pace

KEY = "FRED_API_KEY"
_ROWS = 1000


class FredApi(Provider):
    """Codes are FRED's release ids: 10 consumer prices, 50 the employment situation.

    JSON, ``_ROWS`` dates at a time by ``offset``, oldest first. Dates to come are sent only when
    asked for as ``include_release_dates_with_no_data``. Release 101, FOMC statements, is of no use:
    the target rate in it makes every day a release.
    """

    about: ClassVar = (
        "Federal Reserve Bank of St. Louis, with your own key (environment FRED_API_KEY). Free "
        "for own use with attribution"
    )
    address: ClassVar = "https://api.stlouisfed.org"
    pace: ClassVar = Pace(2, 1.0)

    def pages(self, asked: Request) -> Iterator[pd.DataFrame]:
        """One page of all parts, since a calendar's future is replaced whole.

        Raises
        ------
        ConfigurationError
            Without a key.
        """
        where = f"fred_api ({asked.code})"
        query = {
            "release_id": asked.code,
            "realtime_start": f"{asked.since:%Y-%m-%d}",
            "realtime_end": "9999-12-31",
            "include_release_dates_with_no_data": "true",
            "sort_order": "asc",
            "file_type": "json",
            "limit": str(_ROWS),
            "api_key": _key(),
        }
        rows = json_rows(list(self._rows(query, where)), where, ("date",))
        yield event_days(dates(rows["date"], where), asked.since)

    def _rows(self, query: dict[str, str], where: str) -> Iterator[Any]:
        offset, more = 0, True
        while more:
            body = self.http.get("/fred/release/dates", {**query, "offset": str(offset)})
            answer = json_document(body, where)
            if not isinstance(answer, dict) or not isinstance(answer.get("release_dates"), list):
                raise SchemaError(f"{where} sent no list of release_dates; nothing was stored")
            yield from answer["release_dates"]
            offset, more = offset + _ROWS, len(answer["release_dates"]) == _ROWS


def _key() -> str:
    key = os.environ.get(KEY, "").strip()
    if not key:
        raise ConfigurationError(
            f"fred_api needs a key: get one free of charge at fredaccount.stlouisfed.org/apikeys "
            f"and set {KEY} in the environment"
        )
    if not re.fullmatch("[0-9a-z]{32}", key):
        raise ConfigurationError(
            f"{KEY} holds {len(key)} characters that are no key of FRED, which are 32 lower-case "
            "letters and digits; copy it anew from fredaccount.stlouisfed.org/apikeys"
        )
    return key
