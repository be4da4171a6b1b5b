"""The session that yfinance asks through: one address, our retry, and no call but for prices.

Only the ``yahoo`` provider imports this, once it knows that the extra is installed.
"""

import json
import time
from typing import Any
from urllib.parse import urlsplit

from curl_cffi import requests

from pipeline.providers.client.failures import (
    AbsentError,
    LeftAloneError,
    ProviderError,
    TransientError,
    UnreachableError,
)
from pipeline.providers.client.http import Http
from pipeline.providers.client.http_status import check_extent, check_status

_PRICES = "/v8/finance/chart/"
_ANSWERED_WITH_REASON = (400, 404, 422)
_TIME_ZONE = {"chart": {"result": [{"meta": {"exchangeTimezoneName": "UTC"}}], "error": None}}
_TOO_MANY = 429
_UNMET = (5, 6, 7, 28)
"""curl's codes for a proxy or host without an address, one that takes no connection, and a silent
one."""
_NO_TOKEN = b"<html></html>"


class YahooSession(requests.Session):
    """A browser-like session that keeps yfinance to what is needed.

    yfinance asks for a cookie and a token first, which the price chart does not need, and once a
    symbol for its time zone, which it then reads from the prices all the same. Those are answered
    here, so that a symbol costs one request and every request keeps the provider's pace.

    Parameters
    ----------
    http
        Address, and how it is asked again.
    """

    def __init__(self, http: Http) -> None:
        super().__init__(impersonate="chrome", max_redirects=3)
        self._http = http

    def request(  # type: ignore[override]  # yfinance asks in this way only
        self, method: str, url: str, **options: Any
    ) -> requests.Response:
        """Answer or ask; a refusal raises what `Http.get` would raise.

        Raises
        ------
        ProviderError
            When Yahoo refuses (`LeftAloneError` after a 429 that names no wait: it lasts for hours,
            and longer for those who go on), knows no such symbol or dates (`AbsentError`), is busy
            or broken, or sends a web page (`TransientError`).
        """
        path, query = urlsplit(url).path, dict(options.get("params") or {})
        if method != "GET" or not path.startswith(_PRICES):
            return _answer(url, _NO_TOKEN)
        if "range" in query:
            return _answer(url, json.dumps(_TIME_ZONE).encode())
        where = f"yahoo ({path.removeprefix(_PRICES)})"
        query.pop("crumb", None)  # yfinance keeps what was no token
        try:
            answer = self._ask(self._http.address + path, query, where)
        except requests.exceptions.RequestException as error:
            reason = str(error).removeprefix("Failed to perform, ").partition(". See ")[0]
            unmet = error.code in _UNMET
            raise (UnreachableError if unmet else TransientError)(
                f"{where} cannot be reached or broke off ({reason}); check the connection, or "
                "fetch again later"
            ) from None
        _refuse(answer, where)
        return answer

    def _ask(self, url: str, query: dict[str, Any], where: str) -> requests.Response:
        timeout = self._http.retry.timeout_seconds
        answer = super().request("GET", url, params=query, timeout=timeout, stream=True)
        try:
            if urlsplit(url).scheme == "https" and urlsplit(answer.url).scheme != "https":
                raise ProviderError(
                    f"{where} redirects to an address without TLS; nothing is taken"
                )
            if answer.status_code == _TOO_MANY and "Retry-After" not in answer.headers:
                raise LeftAloneError(
                    "yahoo says that it is asked too often (status 429), so it is left alone for "
                    "this fetch; the next one goes on from here"
                )
            if answer.status_code not in _ANSWERED_WITH_REASON:
                check_status(answer.status_code, answer.headers.get("Retry-After"), where)
            answer.content = self._body(answer, where)
        finally:
            answer.close()
        return answer

    def _body(self, answer: requests.Response, where: str) -> bytes:
        pieces, size, started = [], 0, time.monotonic()
        for piece in answer.iter_content():
            pieces.append(piece)
            size += len(piece)
            check_extent(size, time.monotonic() - started, self._http.retry, where)
        return b"".join(pieces)


def _answer(url: str, body: bytes) -> requests.Response:
    answer = requests.Response()
    answer.url, answer.content = url, body
    return answer


def _refuse(answer: requests.Response, where: str) -> None:
    """Stop at what is no price chart, with Yahoo's own reason where it gives one."""
    if answer.content.lstrip()[:1] == b"<":
        raise TransientError(f"{where} answered with a web page instead of data; fetch again later")
    if answer.status_code in _ANSWERED_WITH_REASON:
        try:
            reason = str(json.loads(answer.content)["chart"]["error"]["description"])
        except (ValueError, KeyError, TypeError):
            check_status(answer.status_code, None, where)
        raise AbsentError(f"{where} has nothing there ({reason[:120].splitlines()[0]})")
