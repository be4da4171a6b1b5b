"""One provider's connection: reused, paced, bounded in time and size, and asked again."""

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from pipeline.base.errors import one_line
from pipeline.providers.client.deadline import Extent, HeldBackend, held_to
from pipeline.providers.client.failures import (
    ProviderError,
    SilentError,
    TransientError,
    UnreachableError,
)
from pipeline.providers.client.hosts import Hosts
from pipeline.providers.client.http_status import check_status
from pipeline.providers.client.rate_limit import Pace, Pacer
from pipeline.providers.client.redirects import STATUSES, followed
from pipeline.providers.client.unpacking import ACCEPTED, Unpacker
from pipeline.settings.live import Retry

Query = Mapping[str, str | int]
Result = TypeVar("Result")

_AGENT = "undertow (market-regime research; one fetch an evening)"
_PLAIN_AGENT = f"python-httpx/{httpx.__version__}"
MAX_REDIRECTS = 3

# They log whole addresses, in which a key may stand.
for _logger in ("httpx", "httpcore"):
    logging.getLogger(_logger).setLevel(logging.WARNING)


@dataclass
class Http:
    """Asks one provider.

    Attributes
    ----------
    address
        Its base address; a path is appended to it.
    contact
        The user's e-mail address, where the provider refuses robots that do not tell one.
    only
        Whether the address stands for every host of the provider: the user named it, and it is a
        mirror or a proxy.
    redirects_to
        Hosts that its redirects may lead to besides.
    """

    name: str
    address: str
    pace: Pace
    retry: Retry = field(default_factory=Retry)
    sleep: Callable[[float], None] = time.sleep
    contact: str = ""
    only: bool = False
    redirects_to: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._pacer = Pacer(self.pace, self.sleep)
        self._kept: dict[tuple[str, str], bytes] = {}
        self._keeping = threading.Lock()
        self._hosts = Hosts(self.name)
        self._client = httpx.Client(
            timeout=self.retry.timeout_seconds,
            headers={
                "User-Agent": f"{_AGENT} {self.contact}".strip(),
                "Accept-Encoding": ACCEPTED,
            },
        )
        _hold(self._client)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def get(self, path: str, query: Query | None = None, *, page: bytes | None = None) -> bytes:
        """Body of an answer.

        Parameters
        ----------
        page
            What the web page that is wanted holds; None where data are wanted. Any other page (a
            captcha, a notice) is neither.

        Raises
        ------
        ProviderError
            When the provider refuses, has nothing there (`AbsentError`), answers with a web page
            or too much, or fails at every attempt. The message never holds the query, which may
            hold a key.
        """
        return self.patiently(lambda: self._ask(self.address, path, query, page=page))

    def read(
        self,
        path: str,
        query: Query | None,
        understand: Callable[[bytes], Result],
        at: str | None = None,
    ) -> Result:
        """An answer as it is understood, asked again while that raises a `TransientError`.

        Parameters
        ----------
        understand
            Reads a body. Some providers say that they are busy in an answer of status 200.
        at
            Base address of another host of the provider.

        Raises
        ------
        ProviderError
            As `get`, and what ``understand`` raises.
        """
        base = self.address if at is None or self.only else at
        return self.patiently(lambda: understand(self._ask(base, path, query, page=None)), base)

    def get_kept(self, path: str, query: Query | None = None) -> bytes:
        """As `get`, asked once a run: for answers from which several series are taken."""
        key = (path, str(sorted((query or {}).items())))
        with self._keeping:
            if key not in self._kept:
                self._kept[key] = self.get(path, query)
            return self._kept[key]

    def patiently(self, ask: Callable[[], Result], at: str | None = None) -> Result:
        """Ask at the provider's pace, again after a `TransientError`, as often as `retry` allows.

        A host that no attempt could connect to, or that is busy at every one, is left alone for
        the rest of the fetch; see `Hosts`.

        Parameters
        ----------
        at
            Base address of the host that is asked; None for the provider's own.
        """
        host = at or self.address

        def paced() -> Result:
            self._pacer.wait()
            self._hosts.refuse(host)  # others may have met a refusal while this one waited
            return ask()

        retrying = Retrying(
            retry=retry_if_exception_type(TransientError),
            stop=stop_after_attempt(self.retry.attempts),
            wait=self._delay,
            sleep=self.sleep,
            reraise=True,
        )
        with self._hosts.asked(host):
            return retrying(paced)

    def _delay(self, state: RetryCallState) -> float:
        """What the provider asks for, or exponential with full jitter."""
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, TransientError) and error.after is not None:
            if error.after > self.retry.max_seconds:
                raise ProviderError(
                    f"{self.name} asks to wait {error.after:.0f} seconds; fetch again later"
                )
            return error.after
        return random.uniform(0.5, 1.0) * 2.0 ** (state.attempt_number - 1)  # noqa: S311 - jitter

    def _ask(self, base: str, path: str, query: Query | None, *, page: bytes | None) -> bytes:
        where = f"{self.name} ({path or '/'})"
        extent = Extent(self.retry, where)
        try:
            with held_to(extent):
                body = self._followed(base, path, query, where, extent)
        except (httpx.TransportError, httpx.StreamError) as error:
            extent.check()
            reason = one_line(error)
            unmet = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
            raise (UnreachableError if unmet else TransientError)(
                f"{where} cannot be reached or broke off ({reason}); check the connection, or "
                "fetch again later"
            ) from None
        is_page = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"
        if is_page and (page is None or page not in body):
            raise TransientError(
                f"{where} answered with a web page instead of data; fetch again later"
            )
        return body

    def _followed(
        self, base: str, path: str, query: Query | None, where: str, extent: Extent
    ) -> bytes:
        """Body of the answer at the end of a few redirects, whose own bodies are not read."""
        try:
            address = httpx.URL(base + path, params=query) if query else httpx.URL(base + path)
            for _ in range(MAX_REDIRECTS + 1):
                with closing(self._open(base, address, where)) as answer:
                    if answer.status_code not in STATUSES:
                        return self._body(answer, where, extent)
                    location = answer.headers.get("Location")
                address = httpx.URL(followed(str(address), location, where, self.redirects_to))
        except httpx.InvalidURL:
            raise ProviderError(f"{where} redirects to what is no address") from None
        raise ProviderError(f"{where} redirects in circles; its address has changed")

    def _open(self, base: str, address: httpx.URL, where: str) -> httpx.Response:
        """The beginning of an answer; a host that stays silent is asked as another agent."""

        def ask() -> httpx.Response:
            request = self._client.build_request("GET", address)
            try:
                return self._client.send(request, stream=True)
            except httpx.ReadTimeout:
                raise SilentError(
                    f"{where} took the connection and did not answer in "
                    f"{self.retry.timeout_seconds:g} seconds; fetch again later"
                ) from None

        def ask_plainly() -> httpx.Response:
            self._pacer.wait()
            self._client.headers["User-Agent"] = self.retry.second_agent or _PLAIN_AGENT
            return ask()

        return self._hosts.ask_first(base, ask, ask_plainly)

    def _body(self, answer: httpx.Response, where: str, extent: Extent) -> bytes:
        check_status(answer.status_code, answer.headers.get("Retry-After"), where)
        encoding, largest = answer.headers.get("Content-Encoding"), self.retry.max_mb * 2**20
        unpacker = Unpacker(encoding, largest, where)
        pieces, packed, size = [], 0, 0
        for piece in answer.iter_raw():
            pieces.append(unpacker.feed(piece))
            packed, size = packed + len(piece), size + len(pieces[-1])
            extent.check(max(packed, size))
        unpacker.finish()
        return b"".join(pieces)


def _hold(client: httpx.Client) -> None:
    """Have every connection of a client read by `HeldBackend`.

    httpx hands httpcore's option on to no one, and building its transports here would lose the
    proxies that it takes from the environment.
    """
    for transport in (client._transport, *client._mounts.values()):
        if isinstance(transport, httpx.HTTPTransport):
            pool: Any = transport._pool
            pool._network_backend = HeldBackend(pool._network_backend)
