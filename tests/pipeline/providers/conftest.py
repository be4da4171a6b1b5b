"""One local server for all contracts."""

from collections.abc import Iterator

import pytest

from ..live.server import Server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server on loopback; each test gives it the provider that it speaks for."""
    running = Server()
    yield running
    running.shutdown()
    running.server_close()
