"""Providers that are open during a fetch: one connection each, shared by all its series."""

import os
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack

from pipeline.providers.client.http import Http
from pipeline.providers.client.provider import Provider, provider_kind
from pipeline.settings.live import LiveSettings
from pipeline.settings.secrets import CONTACT, ENDPOINT


class Connections(ExitStack):
    """Opens each provider when it is first asked; closes all at the end."""

    def __init__(self, settings: LiveSettings, sleep: Callable[[float], None] = time.sleep) -> None:
        super().__init__()
        self._settings = settings
        self._sleep = sleep
        self._open: dict[str, Provider] = {}
        self._opening = threading.Lock()

    def open(self, name: str) -> Provider:
        """The provider of that name."""
        with self._opening:
            if name not in self._open:
                kind = provider_kind(name)
                self._open[name] = kind(self._http(kind))
                self.callback(self._open[name].close)
            return self._open[name]

    def skips(self, name: str) -> bool:
        """Whether the user wants this provider never to be asked."""
        return name in self._settings.skip

    def _http(self, kind: type[Provider]) -> Http:
        own = os.environ.get(ENDPOINT + kind.name.upper(), "").strip()
        own = own or self._settings.endpoints.get(kind.name, "")
        return Http(
            kind.name,
            own or kind.address,
            kind.pace,
            self._settings.retry,
            self._sleep,
            os.environ.get(CONTACT, "").strip() if kind.asks_contact else "",
            only=bool(own),
            redirects_to=frozenset() if own else kind.redirects_to,
        )
