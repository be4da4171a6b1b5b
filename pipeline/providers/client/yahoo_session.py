"""The session that yfinance asks through: one address, our retry, and no call but for prices.

Only the ``yahoo`` provider imports this, once it knows that the extra is installed.
"""

import json
import math
from typing import Any
from urllib.parse import urlsplit

from curl_cffi import CurlOpt, requests
from curl_cffi.curl import CURL_WRITEFUNC_ERROR

from pipeline.base.errors import UndertowError
from pipeline.providers.client.deadline import Extent
from pipeline.providers.client.failures import (
    AbsentError,
    LeftAloneError,
    ProviderError,
    TransientError,
    UnreachableError,
)
from pipeline.providers.client.http import MAX_REDIRECTS, Http
from pipeline.providers.client.http_status import check_status
from pipeline.providers.client.redirects import STATUSES, followed
from pipeline.providers.client.unpacking import ACCEPTED, Unpacker

_PRICES = "/v8/finance/chart/"
_ANSWERED_WITH_REASON = (400, 404, 422)
_TIME_ZONE = {"chart": {"result": [{"meta": {"exchangeTimezoneName": "UTC"}}], "error": None}}
_TOO_MANY = 429
_UNMET = (5, 6, 7, 28)
"""curl's codes for a proxy or host without an address, one that takes no connection, and a silent
one."""
_LATER = 0.05
"""Seconds after the extent's end at which curl ends by itself, so that the extent says why."""
_NO_TOKEN = b"<html></html>"


class YahooSession(requests.Session):
    """A browser-like session that keeps yfinance to what is needed.

    yfinance asks for a cookie and a token first, which the price chart does not need, and once a
    symbol for its time zone, which it then reads from the prices all the same. Those are answered
    here, so that a symbol costs one request and every request keeps the provider's pace.
    """

    def __init__(self, http: Http) -> None:
        # Set after the browser's own: what is packed is unpacked here, where its size is held.
        options = {
            CurlOpt.HTTP_CONTENT_DECODING: 0,
            CurlOpt.LOW_SPEED_LIMIT: 1,
            CurlOpt.LOW_SPEED_TIME: math.ceil(http.retry.timeout_seconds),
        }
        headers = {"Accept-Encoding": ACCEPTED}
        super().__init__(impersonate="chrome", headers=headers, curl_options=options)
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
        """The answer at the end of a few redirects, held to the limits that `Http` holds."""
        extent = Extent(self._http.retry, where)
        for _ in range(MAX_REDIRECTS + 1):
            answer, body = self._once(url, query, extent)
            if answer.status_code not in STATUSES:
                break
            location = answer.headers.get("Location")
            url = followed(answer.url, location, where, self._http.redirects_to)
            query = {}  # a redirect names its own
        else:
            raise ProviderError(f"{where} redirects in circles; its address has changed")
        if answer.status_code == _TOO_MANY and "Retry-After" not in answer.headers:
            raise LeftAloneError(
                "yahoo says that it is asked too often (status 429), so it is left alone for "
                "this fetch; the next one goes on from here"
            )
        if answer.status_code not in _ANSWERED_WITH_REASON:
            check_status(answer.status_code, answer.headers.get("Retry-After"), where)
        answer.content = self._unpacked(body, answer.headers.get("Content-Encoding"), where, extent)
        return answer

    def _once(
        self, url: str, query: dict[str, Any], extent: Extent
    ) -> tuple[requests.Response, list[bytes]]:
        """An answer and its body in pieces, as packed as it came."""
        pieces: list[bytes] = []
        size = 0

        def take(piece: bytes) -> int:
            # An exception would cross curl's own code, which some versions print and forget.
            nonlocal size
            pieces.append(piece)
            size += len(piece)
            try:
                extent.check(size)
            except UndertowError:
                return CURL_WRITEFUNC_ERROR
            return len(piece)

        connecting = extent.within(self._http.retry.timeout_seconds)
        # Together they are curl's time for the whole answer, headers and silent drips included.
        limits = (connecting, extent.within(None) - connecting + _LATER)
        try:
            answer = super().request(
                "GET", url, params=query, timeout=limits, content_callback=take,
                allow_redirects=False,
            )  # fmt: skip
        except requests.exceptions.RequestException:
            extent.check(size)
            raise
        extent.check(size)
        return answer, pieces

    def _unpacked(
        self, pieces: list[bytes], encoding: str | None, where: str, extent: Extent
    ) -> bytes:
        largest = self._http.retry.max_mb * 2**20
        unpacker = Unpacker(encoding, largest, where)
        held, size = [], 0
        for piece in pieces:
            held.append(unpacker.feed(piece))
            size += len(held[-1])
            extent.check_size(size)
        unpacker.finish()
        return b"".join(held)


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
