"""The hosts of one provider: which have answered, and which are not asked again in this fetch."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from pipeline.base.run import log
from pipeline.providers.client.failures import (
    BusyError,
    LeftAloneError,
    SilentError,
    UnreachableError,
)

Answer = TypeVar("Answer")


class Hosts:
    """What is known of each host (base address) that a provider is asked at."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._left: dict[str, str] = {}
        self._answering: set[str] = set()
        self._asking_first = threading.Lock()

    @contextmanager
    def asked(self, host: str) -> Iterator[None]:
        """Ask a host inside; leave it alone from then on when it shows that asking is of no use.

        Without that, hundreds of requests would each wait as long as the first one.

        Raises
        ------
        LeftAloneError
            When the host was left alone before.
        """
        self.refuse(host)
        try:
            yield
        except UnreachableError:
            self._left[host] = (
                f"{self._name} could not be reached a moment ago; check the connection, or fetch "
                "again later"
            )
            raise
        except BusyError:
            self._left[host] = (
                f"{self._name} says that it is asked too often, so it is left alone for this "
                "fetch; the next one goes on from here"
            )
            raise
        except LeftAloneError as error:
            self._left[host] = str(error)
            raise

    def ask_first(
        self, host: str, ask: Callable[[], Answer], ask_plainly: Callable[[], Answer]
    ) -> Answer:
        """Ask a host that may be one of those that never answer some User-Agents.

        Until a host has answered once, it is asked one request at a time: a silent one costs two
        time-outs, not two for each series.

        Parameters
        ----------
        ask
            Asks as undertow.
        ask_plainly
            Asks with the second User-Agent.

        Raises
        ------
        LeftAloneError
            When neither is answered.
        """
        if host in self._answering:
            return ask()
        with self._asking_first:
            self.refuse(host)
            if host in self._answering:
                return ask()
            answer = self._first(host, ask, ask_plainly)
            self._answering.add(host)
            return answer

    def _first(
        self, host: str, ask: Callable[[], Answer], ask_plainly: Callable[[], Answer]
    ) -> Answer:
        try:
            return ask()
        except SilentError:
            pass
        try:
            answer = ask_plainly()
        except SilentError:
            self._left[host] = (
                f"{self._name} takes connections and answers nothing, neither to undertow's "
                "User-Agent nor to a plain one, so it is left alone for this fetch; name another "
                "in live.retry.second_agent of params.yaml, or fetch again later"
            )
            raise LeftAloneError(self._left[host]) from None
        log.warning(
            "%s did not answer undertow's User-Agent; it is asked with live.retry.second_agent "
            "of params.yaml instead",
            self._name,
        )
        return answer

    def refuse(self, host: str) -> None:
        """Stop before a host that was left alone.

        Raises
        ------
        LeftAloneError
            With the reason.
        """
        if host in self._left:
            raise LeftAloneError(self._left[host])
