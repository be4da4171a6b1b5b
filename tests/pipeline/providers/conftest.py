"""One local server for all contracts."""

from collections.abc import Iterator
from functools import cache

import httpx
import pytest

from tests.pipeline.providers.client.server import Server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server on loopback; each test gives it the provider that it speaks for."""
    running = Server()
    yield running
    running.shutdown()
    running.server_close()


@pytest.fixture(scope="module", autouse=True)
def certificates_read_once() -> Iterator[None]:
    """The same trusted certificates for every client: each would take 30 ms to read them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "httpx._transports.default.create_ssl_context", cache(httpx.create_ssl_context)
        )
        yield
